/** A program of somebody who uses the package: compiled against its types as shipped, then run. */
import {
  type Durability,
  JournalError,
  type JournalRecord,
  listSessions,
  readJournal,
  Session,
  type SessionSummary,
  verifyJournal,
} from "@choragen/session-journal";
import { type SessionStats, sessionStats } from "@choragen/session-journal/analysis";
import { type ExportFormat, exportSession } from "@choragen/session-journal/export";
import { type ImportReport, importTranscript } from "@choragen/session-journal/import";
import { initialState, reduce } from "@choragen/session-journal/state";
import { MemoryFiles } from "@choragen/session-journal/testing";

type Role = "impl" | "review";
interface OwnMessage {
  role: "user" | "assistant";
  content: string;
}

const sessionsDir = process.argv[2] ?? "sessions";
const durability: Durability = "process";

async function main(): Promise<void> {
  const session = new Session<Role, OwnMessage>({ role: "impl", model: "none", sessionsDir, durability });
  session.addMessage({ role: "user", content: "hello" });
  const call = session.startToolCall({ name: "read", params: {}, governanceResult: { allowed: true } });
  await call.finish({ success: true, data: "text" });
  await session.end("success");

  let replay = initialState();
  const records: JournalRecord[] = [];
  for await (const record of readJournal(session.journalPath)) {
    records.push(record);
    replay = reduce(replay, record);
  }
  const summaries: SessionSummary[] = [];
  for await (const summary of listSessions({ sessionsDir })) summaries.push(summary);

  const loaded = await Session.load<Role, OwnMessage>(session.id, { sessionsDir });
  const role: Role | undefined = loaded?.role;
  const text: string | undefined = loaded?.messages[0]?.content;
  const { verdict } = await verifyJournal(session.journalPath);

  const format: ExportFormat = "ndjson";
  let exported = "";
  for await (const piece of exportSession(readJournal(session.journalPath), format)) exported += piece;
  const report: ImportReport = await importTranscript(new TextEncoder().encode(exported), {
    sessionsDir: `${sessionsDir}-imported`,
  });
  const stats: SessionStats = await sessionStats(session.journalPath);

  const inMemory = new Session({
    role: "impl",
    model: "none",
    sessionsDir: "/sessions",
    files: new MemoryFiles(),
  });
  await inMemory.close();

  process.stdout.write(
    JSON.stringify({
      records: records.length,
      outcome: replay.state.outcome,
      listed: summaries.length,
      verdict,
      role,
      text,
      refused: refusedCode(session),
      imported: report.sessions.length,
      calls: stats.calls.calls,
    }),
  );
}

function refusedCode(ended: Session<Role, OwnMessage>): string | undefined {
  try {
    ended.addNote("late", null);
    return undefined;
  } catch (error) {
    return error instanceof JournalError ? error.code : undefined;
  }
}

void main();
