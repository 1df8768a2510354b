/**
 * Exports a large journal in a process of its own and reports how much memory that took.
 * `write FILE BYTES` makes the journal; `export FILE FORMAT` reports {bytes, pieces, baseBytes, peakBytes}.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { basename } from "node:path";

const [, , action, path, what] = process.argv;
if (action === "write") writeJournal(path, Number(what));
else await exportJournal(path, what);

async function exportJournal(path, format) {
  const { exportSession } = await import("../../dist/export/entry.js");
  const { readJournal } = await import("../../dist/journal/read.js");
  const baseBytes = process.memoryUsage.rss();
  let [bytes, pieces, peakBytes] = [0, 0, baseBytes];
  for await (const piece of exportSession(readJournal(path), format, { includeContent: true })) {
    bytes += Buffer.byteLength(piece);
    pieces += 1;
    if (pieces % 64 === 0) peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }
  peakBytes = Math.max(peakBytes, process.resourceUsage().maxRSS * 1024);
  process.stdout.write(JSON.stringify({ bytes, pieces, baseBytes, peakBytes }));
}

/** A conversation, then calls without an end of the turn, then notes; one call stays open through all of it. */
function* events(sessionId, bytes) {
  const governanceResult = { allowed: true };
  const time = "2025-12-08T14:31:05.000Z";
  const text = "All work and no play makes a dull record. ".repeat(300);
  const call = (callId) => [
    "tool_call.started",
    { callId, timestamp: time, name: "read", params: { path: callId }, governanceResult },
  ];
  const told = { formatVersion: 1, sessionId, role: "impl", model: "m-1" };
  yield ["session.started", { ...told, chainId: null, taskId: null, parentSessionId: null }];
  yield call("open");
  const rounds = Math.round(bytes / text.length / 4);
  for (let round = 0; round < rounds; round++) {
    yield ["message.added", { message: { role: "assistant", content: text } }];
    yield ["token_usage.updated", { input: 10, output: 1, responseId: `r${round}` }];
    yield ["message.added", { message: { role: "user", content: text } }];
  }
  for (let round = 0; round < rounds; round++) {
    yield call(`c${round}`);
    yield ["tool_call.finished", { callId: `c${round}`, result: { success: true, data: { text } } }];
  }
  for (let round = 0; round < rounds; round++) yield ["note.added", { kind: "checkpoint", data: text }];
  yield ["tool_call.finished", { callId: "open", result: { success: true, data: "at last" } }];
  yield ["session.ended", { outcome: "success" }];
}

/** As docs/reference/format.md has it: each hash is over the bytes from the last one on. */
function writeJournal(path, bytes) {
  const fd = openSync(path, "w");
  const time = "2025-12-08T14:31:05.000Z";
  let [seq, behind] = [0, ""];
  for (const [type, data] of events(basename(path, ".ndjson"), bytes)) {
    seq += 1;
    const body = JSON.stringify({
      seq,
      time,
      type,
      data,
      id: `0193a6b1-0000-7000-8000-${String(seq).padStart(12, "0")}`,
    }).slice(0, -1);
    const hash = createHash("sha256")
      .update(behind + body)
      .digest("base64url");
    writeSync(fd, `${body},"hash":"${hash}"}\n`);
    behind = `${hash}"}\n`;
  }
  closeSync(fd);
}
