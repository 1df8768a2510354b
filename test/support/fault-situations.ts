/** Brings about each situation of the recovery table, some of them in several ways. */
import { MemoryFiles } from "../../src/files/testing.js";
import { WatchedFiles, watched } from "./fault-files.js";
import { soundPrefix } from "./fault-oracle.js";
import { toolCall } from "./fault-runs.js";
import { bytesAt, id, journal, Stage, snapshot } from "./fault-stage.js";
import type { RowName } from "./recovery-table.js";

/** A disk in the situation. What it does not tell: `stop` ends what is still at work on it. */
export interface Situation {
  readonly files: MemoryFiles;
  readonly stop?: () => Promise<unknown>;
}

type Make = () => Promise<MemoryFiles>;

/** A session with a call that is open; what came before the flush is durable, and the record behind it says so. */
async function recorded(stop: (stage: Stage) => Promise<unknown>): Promise<MemoryFiles> {
  const stage = new Stage(new WatchedFiles(), "process");
  const session = stage.start();
  session.addMessage(stage.message());
  await session.recordToolCall(toolCall("done"));
  session.startToolCall({ name: "run", params: {}, governanceResult: { allowed: true }, callId: "open" });
  await session.flush();
  session.addMessage(stage.message());
  session.addMessage(stage.message());
  await stop(stage);
  return stage.files.afterKill();
}

/** The seqs of that session's records that the mark covers, and the first that it does not. */
const MARKED = 5;
const UNMARKED = 6;

const unclean: Make = () => recorded(async () => {});
const closed: Make = () => recorded(({ session }) => session.close());
const ended: Make = () => recorded(({ session }) => session.end("success"));

/** The same disk with another journal, made of its lines without and with their line feeds. */
async function changed(make: Make, change: (lines: string[]) => string | Buffer): Promise<MemoryFiles> {
  const files = await make();
  const { lines } = soundPrefix(bytesAt(files, journal));
  files.writeFile(journal, change(lines.map((line) => `${line}\n`)));
  return files;
}

const without = async (make: Make, path: string): Promise<MemoryFiles> => {
  const files = await make();
  files.remove(path);
  return files;
};

/** Puts NUL bytes over `length` characters of a line. */
function holed(line: string, from: number, length: number): string {
  return line.slice(0, from) + "\0".repeat(length) + line.slice(from + length);
}

const line = (lines: readonly string[], seq: number): string => lines[seq - 1] ?? "";
const last = (lines: readonly string[]): string => line(lines, lines.length);
const allBut = (lines: readonly string[], count: number): string => lines.slice(0, -count).join("");
const replaced = (lines: readonly string[], seq: number, by: string): string =>
  [...lines.slice(0, seq - 1), by, ...lines.slice(seq)].join("");
const aged = (text: string): string => text.replace("T", "U");

/** The cut runs over a whole line, so that nothing depends on where exactly a crash tore it. */
async function tornAnywhere(): Promise<MemoryFiles[]> {
  const whole = await changed(unclean, (lines) => lines.join(""));
  const { lines } = soundPrefix(bytesAt(whole, journal));
  const size = bytesAt(whole, journal).length;
  return Array.from({ length: `${lines.at(-1)}\n`.length - 1 }, (_, i) => {
    const files = whole.afterKill();
    files.writeFile(journal, bytesAt(whole, journal).subarray(0, size - 1 - i));
    return files;
  });
}

async function tornByNuls(): Promise<MemoryFiles[]> {
  const ways: ((text: string) => string)[] = [
    (text) => "\0".repeat(text.length),
    (text) => holed(text, 100, text.length - 100),
    (text) => holed(text, 100, text.length - 101),
    (text) => `${text}${"\0".repeat(512)}`,
    (text) => holed(text, 0, 60),
  ];
  return Promise.all(ways.map((way) => changed(unclean, (lines) => allBut(lines, 1) + way(last(lines)))));
}

async function growing(): Promise<Situation> {
  const stage = new Stage();
  const session = stage.start();
  session.addMessage(stage.message());
  const fd = stage.files.open(journal, "append");
  const half = Buffer.from('{"seq":3,"time":"');
  stage.files.write(fd, half, 0, half.length);
  stage.files.close(fd);
  return { files: stage.files, stop: () => session.close().catch(() => {}) };
}

const olderKind = {
  ...{ id, role: "impl", model: "m", chainId: null, taskId: null },
  ...{ startTime: "2025-12-08T14:31:05.000Z", endTime: null, outcome: null },
  ...{
    tokenUsage: { input: 1, output: 2, total: 3 },
    messages: [{ role: "user", content: "x" }],
    toolCalls: [],
  },
};

async function withFile(path: string, contents: string): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  files.writeFile(path, contents);
  return files;
}

/** The journal is cut back behind the snapshot. */
const cutBehindSnapshot: Make = () => changed(ended, (lines) => allBut(lines, 2));

/** The same records, each sealed soundly, but others than those that the snapshot saw. */
async function rewritten(): Promise<MemoryFiles> {
  const files = await unclean();
  files.writeFile(journal, bytesAt(await unclean(), journal));
  return files;
}

const makers: { readonly [name in RowName]: () => Promise<readonly (MemoryFiles | Situation)[]> } = {
  ended: async () => [await ended(), await without(ended, snapshot)],
  closed: async () => [await closed()],
  "closed-without-snapshot": async () => [await without(closed, snapshot), await staleSnapshot()],
  unclean: async () => [await unclean()],
  "torn-line": tornAnywhere,
  "torn-nul-tail": tornByNuls,
  "nul-hole-behind-mark": async () => [
    await changed(unclean, (lines) => replaced(lines, UNMARKED, holed(line(lines, UNMARKED), 90, 40))),
    await changed(unclean, (lines) => replaced(lines, UNMARKED, "\0".repeat(line(lines, UNMARKED).length))),
  ],
  "nul-hole-before-mark": async () => [
    await changed(unclean, (lines) => replaced(lines, MARKED, holed(line(lines, MARKED), 90, 40))),
    await changed(unclean, (lines) => replaced(lines, 2, "\0".repeat(line(lines, 2).length))),
  ],
  "bad-line": async () => [
    await changed(unclean, (lines) => replaced(lines, 3, aged(line(lines, 3)))),
    await changed(unclean, (lines) => replaced(lines, MARKED, aged(line(lines, MARKED)))),
  ],
  "bad-first-line": async () => [
    await changed(unclean, (lines) => replaced(lines, 1, line(lines, 1).replace("tester", "tuster"))),
  ],
  "cut-before-mark": async () => [await changed(closed, (lines) => lines.join("").slice(0, -2))],
  "zero-bytes": async () => [await withFile(journal, "")],
  "only-nuls": async () => [await withFile(journal, "\0".repeat(4096))],
  garbage: async () => [await withFile(journal, "once upon\na time\n"), await withFile(journal, "\n")],
  "garbage-without-line-feed": async () => [await withFile(journal, "once upon a time")],
  growing: async () => [await growing()],
  "snapshot-beyond-end": async () => [await cutBehindSnapshot()],
  "snapshot-other-hash": async () => [await rewritten()],
  "snapshot-broken": async () => [
    await brokenSnapshot((text) => text.replace("tester", "tuster")),
    await brokenSnapshot((text) => text.slice(0, 200)),
    await brokenSnapshot(() => ""),
  ],
  "snapshot-without-journal": async () => [await without(closed, journal)],
  "older-kind": async () => [await withFile(snapshot, JSON.stringify(olderKind, null, 2))],
  "later-format": async () => [
    await changed(closed, (lines) => lines.join("").replace('"formatVersion":1', '"formatVersion":2')),
  ],
  "other-session": async () => [await ofAnotherSession()],
  "symbolic-link": async () => [await linked()],
  directory: async () => [await withFile(`${journal}/x`, "")],
};

async function staleSnapshot(): Promise<MemoryFiles> {
  const files = await closed();
  const stage = new Stage(watched(files));
  const before = bytesAt(files, snapshot);
  (await stage.open())?.addMessage(stage.message());
  await stage.session.close();
  files.writeFile(snapshot, before);
  return files.afterKill();
}

async function brokenSnapshot(change: (text: string) => string): Promise<MemoryFiles> {
  const files = await closed();
  files.writeFile(snapshot, change(Buffer.from(bytesAt(files, snapshot)).toString()));
  return files;
}

async function ofAnotherSession(): Promise<MemoryFiles> {
  const stage = new Stage();
  const { files } = stage;
  const session = stage.start({ sessionId: "run-2" });
  session.addMessage({ role: "user", content: "x" });
  files.rename(session.journalPath, journal);
  return files.afterKill();
}

async function linked(): Promise<MemoryFiles> {
  const files = await without(closed, snapshot);
  files.rename(journal, `${journal}.elsewhere`);
  files.makeLink(journal, `${journal}.elsewhere`);
  return files;
}

/** Every way in which the situation is brought about; each disk is new. */
export async function situations(name: RowName): Promise<Situation[]> {
  const made = await makers[name]();
  return made.map((found) => (found instanceof MemoryFiles ? { files: found } : found));
}
