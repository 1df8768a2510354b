/**
 * No input costs more than its length deserves. Bytes that are read are counted; where the work is in memory, processor
 * time is measured at one length and at eight times that, and held against a bound that only growth by the square, which
 * would be 64 times, goes beyond. How fast things are is told by `bench/`.
 */
import { describe, expect, it } from "vitest";
import { LineSplitter } from "../../src/cli/record/line-splitter.js";
import { EventReader } from "../../src/cli/record/read-event.js";
import type { JournalRecord } from "../../src/event/types.js";
import type { Files } from "../../src/files/files.js";
import { MemoryFiles } from "../../src/files/testing.js";
import { importTranscript } from "../../src/import/entry.js";
import { sweAgent } from "../../src/import/formats/swe-agent.js";
import { CallNames } from "../../src/import/record/call-names.js";
import { decodeLine } from "../../src/journal/line.js";
import { readJournal } from "../../src/journal/read.js";
import { repairJournal } from "../../src/journal/repair.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { deepFreeze } from "../../src/state/freeze.js";
import { reduce } from "../../src/state/reduce.js";
import { initialState } from "../../src/state/state.js";
import { listSessions } from "../../src/store/list.js";
import { ID, journalOf, linesOf, sealLines, unsealed, unsealedStart } from "../support/journal-bytes.js";
import { delegateTo } from "../support/odd-files.js";
import { toArray, toArrayUntilError } from "../support/outcomes.js";
import { JOURNAL, where } from "../support/runs.js";
import { outcomeOf } from "./harmless.js";

const TIMES = 8;
const MOST_GROWTH = 30;

/** Processor time of the whole process in milliseconds, the least of three. */
async function costOf(work: () => unknown): Promise<number> {
  const costs: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1000);
  }
  return Math.min(...costs);
}

/** Fails where the work for eight times the input is far more than eight times the work. */
async function expectLinear(inputOf: (length: number) => () => unknown, length: number): Promise<void> {
  const [small, large] = [inputOf(length), inputOf(length * TIMES)];
  await small();
  const [one, many] = [await costOf(small), await costOf(large)];
  // What is done in a moment tells nothing.
  expect(many).toBeLessThan(Math.max(40, one * MOST_GROWTH));
}

const repeated = (count: number, textOf: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => textOf(n));

describe("what is read of a file", () => {
  const steps = (count: number) => journalOf(...repeated(count, (n) => `step ${n} ${"x".repeat(200)}`));
  const BYTES = (file: Buffer) => file.length;

  it.each<[string, (count: number) => Buffer]>([
    ["sound", steps],
    ["torn at its end", (count) => Buffer.concat([steps(count), Buffer.from('{"seq":')])],
    ["with zeros behind it that never end", (count) => Buffer.concat([steps(2), Buffer.alloc(count * 300)])],
    ["damaged at its beginning", (count) => Buffer.concat([Buffer.from("#"), steps(count)])],
    ["of empty lines", (count) => Buffer.alloc(count * 300, "\n")],
    ["of one line that does not end", (count) => Buffer.alloc(count * 300, "x")],
    [
      "of marks without hashes",
      (count) => Buffer.from(repeated(count, () => `,"durable":3,"hash":"${"h".repeat(43)}"}`).join("\n")),
    ],
  ])("is a few times its length, for a journal %s", async (_what, bytesOf) => {
    const factors = [2_000, 16_000].map(async (count) => {
      const bytes = bytesOf(count);
      const memory = new MemoryFiles();
      memory.writeFile(JOURNAL, bytes);
      let read = 0;
      const files: Files = delegateTo(memory, {
        read: (...parameters) => {
          const got = memory.read(...parameters);
          read += got;
          return got;
        },
      });
      await outcomeOf(() => verifyJournal(JOURNAL, { files }));
      await toArrayUntilError(readJournal(JOURNAL, { files }));
      await outcomeOf(() => Session.load(ID, where(files as MemoryFiles)));
      await toArray(listSessions(where(files as MemoryFiles)));
      return read / BYTES(bytes);
    });
    for (const factor of await Promise.all(factors)) expect(factor).toBeLessThan(20);
  });
});

describe("what is done in memory", { retry: 2 }, () => {
  it.each<[string, (depth: number) => Buffer]>([
    ["lists in lists", (depth) => Buffer.from(`${"[".repeat(depth)}${"]".repeat(depth)}`)],
    ["objects in objects", (depth) => Buffer.from(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`)],
    ["keys of one name", (count) => Buffer.from(`{${repeated(count, () => '"a":1').join(",")}}`)],
    [
      "keys that are numbers",
      (count) => Buffer.from(`{${repeated(count, (n) => `"${n * 7919}":1`).join(",")}}`),
    ],
    ["digits", (count) => Buffer.from(`${"9".repeat(count)}`)],
    ["escapes", (count) => Buffer.from(`"${"\\u2028".repeat(count)}"`)],
  ])("for a line of many %s", async (_what, dataOf) => {
    const lineOf = (length: number) =>
      (linesOf(sealLines([unsealed(1, { data: `{"a":${dataOf(length)}}` })]))[0] as Buffer).subarray(0, -1);
    await expectLinear((length) => {
      const line = lineOf(length);
      return () => deepFreeze(decodeLine(line));
    }, 20_000);
  });

  it.each<[string, (n: number) => { type: string; data: object }]>([
    [
      "calls under one id",
      (n) => ({ type: n % 3 === 2 ? "tool_call.finished" : "tool_call.started", data: call("c") }),
    ],
    ["calls that stay open", (n) => ({ type: "tool_call.started", data: call(`c${n}`) })],
    [
      "reports for one response",
      () => ({ type: "token_usage.updated", data: { input: 1, output: 1, responseId: "r" } }),
    ],
    [
      "responses",
      (n) => ({ type: "token_usage.updated", data: { input: 1, output: 1, responseId: `r${n}` } }),
    ],
    ["children", (n) => ({ type: "child_session.linked", data: { sessionId: `s${n}` } })],
    ["messages", () => ({ type: "message.added", data: { message: { role: "user", content: "x" } } })],
  ])("for the state of many %s", async (_what, eventOf) => {
    await expectLinear((length) => {
      const records = Array.from({ length }, (_, n) => ({
        seq: n + 1,
        time: "t",
        id: `i${n}`,
        hash: "",
        ...eventOf(n),
      }));
      return () => void (records as unknown as JournalRecord[]).reduce(reduce, initialState());
    }, 10_000);
  });

  it.each<[string, (count: number) => Buffer]>([
    ["lines that are none", (count) => Buffer.from("x\n".repeat(count))],
    [
      "records behind a break",
      (count) => flippedSecond(sealLines([unsealedStart(), ...repeated(count, (n) => unsealed(n + 2))])),
    ],
    ["records under one seq", (count) => sealLines([unsealedStart(), ...repeated(count, () => unsealed(2))])],
    ["zeros", (count) => Buffer.concat([journalOf("x"), Buffer.alloc(count * 100)])],
  ])("to repair a journal of many %s", async (_what, bytesOf) => {
    await expectLinear((length) => {
      const bytes = bytesOf(length);
      return async () => {
        const files = new MemoryFiles();
        files.writeFile(JOURNAL, bytes);
        await repairJournal(JOURNAL, { files });
      };
    }, 1_000);
  });

  it.each<[string, number]>([
    ["in pieces of one byte", 1],
    ["in one piece", 1e9],
  ])("to take input of record apart that comes %s", async (_what, pieceBytes) => {
    await expectLinear((length) => {
      const input = Buffer.from(`{"type":"x-a","data":{"text":"${"x".repeat(length)}"}}\n`.repeat(4));
      return () => {
        const reader = new EventReader();
        const splitter = new LineSplitter(1e9);
        for (let at = 0; at < input.length; at += pieceBytes) {
          for (const line of splitter.push(input.subarray(at, at + pieceBytes))) reader.read(line);
        }
      };
    }, 20_000);
  });
});

describe("what is done to import", () => {
  const said = (n: number) =>
    JSON.stringify({
      ...{ type: "assistant", uuid: `u${n}`, sessionId: "s" },
      message: { id: `m${n}`, role: "assistant", content: [{ type: "text", text: "x" }] },
    });

  it.each<[string, number, (count: number) => Buffer]>([
    [
      "sessions of one name",
      60,
      (count) => {
        const run = { task_id: 1, trial: 0, reward: 1, info: {}, traj: [{ role: "user", content: "x" }] };
        return Buffer.from(JSON.stringify(Array(count).fill(run)));
      },
    ],
    [
      "broken lines",
      500,
      (count) => Buffer.from(`${repeated(20, said).join("\n")}\n${'{"type":"us\n'.repeat(count)}`),
    ],
    ["brackets that do not close", 10_000, (count) => Buffer.from(`{"trajectory":[${"[".repeat(count)}`)],
    [
      "broken elements of a list",
      2_000,
      (count) => Buffer.from(`{"trajectory":[\n${'{"action": x},\n'.repeat(count)}],"history":[]}`),
    ],
  ])("many %s grows with their number", async (_what, length, bytesOf) => {
    await expectLinear((count) => {
      const bytes = bytesOf(count);
      return async () => {
        const files = new MemoryFiles();
        await importTranscript(bytes, { sessionsDir: "/s", files, name: "x" }).catch(() => {});
      };
    }, length);
  });

  it("many calls that are open under one id grows with their number", async () => {
    await expectLinear(
      (count) => () => {
        const calls = new CallNames();
        for (let n = 0; n < count; n += 1) calls.start("same");
        for (let n = 0; n < count; n += 1) calls.finish("same");
      },
      500,
    );
  });

  it("many replies with a step each grows with their number", async () => {
    await expectLinear((count) => {
      const steps = Array.from({ length: count }, (_, n) => ({
        action: `a${n}`,
        observation: "o",
        response: `r${n}`,
      }));
      const history = steps.map(({ action, response }) => ({ role: "assistant", content: response, action }));
      const run = { environment: "e", trajectory: steps, history, info: {} };
      return () => void [...sweAgent.read(run, () => "digest")].length;
    }, 1_000);
  });
});

function call(callId: string): object {
  return {
    callId,
    timestamp: "t",
    name: "n",
    params: {},
    governanceResult: { allowed: true },
    result: { success: true },
  };
}

function flippedSecond(bytes: Buffer): Buffer {
  const at = bytes.indexOf("\n") + 10;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}
