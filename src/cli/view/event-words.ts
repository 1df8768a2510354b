/**
 * What matters of an event, in a label and a few words. Nothing here is safe to print yet: `event-line.ts` sees to
 * that, in one place. A record whose data has not its type's form is shown as what it is.
 */
import * as is from "../../event/guards.js";
import type { JournalRecord } from "../../event/types.js";
import type { Tone } from "../terminal/paint.js";
import { countOf, formatCount, formatDuration, formatMoment } from "./figures.js";
import type { JoinedCall } from "./open-calls.js";
import { PREVIEW_LENGTH, preview, previewParams, resultText, spokenText } from "./preview.js";

export interface EventWords {
  readonly label: string;
  readonly tone: Tone;
  readonly parts: readonly Part[];
}
export type Part = readonly [tone: Tone, text: string];

type Data = JournalRecord["data"];

/** `joined` is what the record is to the calls of its session, `length` how much of a text is wanted. */
export function describeEvent(
  record: JournalRecord,
  joined: JoinedCall,
  length = PREVIEW_LENGTH,
): EventWords {
  const call = describeCall(record, joined, length);
  if (call !== undefined) return call;
  const described = DESCRIBED.get(record.type)?.(record.data, length, joined);
  return described ?? { label: record.type, tone: "dim", parts: [["plain", preview(record.data, length)]] };
}

function describeCall(
  record: JournalRecord,
  { started, finished }: JoinedCall,
  length: number,
): EventWords | undefined {
  if (started !== undefined) {
    const { name, params, governanceResult } = started.started;
    const given: Part = ["plain", previewParams(params, length)];
    if (governanceResult.allowed) return { label: "call", tone: "accent", parts: [["strong", name], given] };
    const parts: Part[] = [["strong", name], ["notice", governanceResult.reason ?? ""], given];
    return { label: "denied", tone: "notice", parts };
  }
  if (finished === undefined) return undefined;
  const { call, durationMs } = finished;
  const { success, data, error } = finished.finished.result;
  const parts: Part[] = [
    ["strong", call?.started.name ?? `call ${finished.finished.callId}`],
    // Where others came in between, the number says which call it was.
    ["dim", call === undefined || call.seq === record.seq - 1 ? "" : `#${call.seq}`],
    ["dim", durationMs === undefined ? "" : formatDuration(durationMs)],
  ];
  if (success) return { label: "ok", tone: "good", parts: [...parts, ["plain", resultText(data, length)]] };
  return { label: "failed", tone: "bad", parts: [...parts, ["plain", error ?? resultText(data, length)]] };
}

type Describe = (data: Data, length: number, joined: JoinedCall) => EventWords | undefined;

const DESCRIBED: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  ["session.started", describeStart],
  ["message.added", describeMessage],
  ["token_usage.updated", describeUsage],
  ["turn.completed", ({ index }) => words("turn", "dim", `turn ${preview(index, 20)} completed`)],
  ["status.changed", ({ status }, length) => words("status", "plain", preview(status, length))],
  ["child_session.linked", ({ sessionId }, length) => words("child", "accent", preview(sessionId, length))],
  ["error.recorded", describeError],
  ["note.added", describeNote],
  ["journal.repaired", describeRepair],
  ["journal.sealed", describeSeal],
  ["writer.closed", () => words("closed", "dim", "stopped cleanly, without an outcome")],
  ["session.ended", describeEnd],
]);

function words(label: string, tone: Tone, ...texts: string[]): EventWords {
  return { label, tone, parts: texts.map((text): Part => ["plain", text]) };
}

function describeStart(data: Data, _: number, { time }: JoinedCall): EventWords | undefined {
  if (!is.isStarted(data)) return undefined;
  const { role, model, chainId, taskId, parentSessionId } = data;
  const day = time === undefined ? [] : [formatMoment(time).slice(0, "2025-12-08".length)];
  const about = [...day, role, model];
  if (chainId !== null) about.push(`chain ${chainId}`);
  if (taskId !== null) about.push(`task ${taskId}`);
  if (parentSessionId !== null) about.push(`child of ${parentSessionId}`);
  return words("started", "accent", about.join(" · "));
}

function describeMessage(data: Data, length: number): EventWords | undefined {
  if (!is.isMessageAdded(data)) return undefined;
  // A runtime's message type may be its own, without a role.
  const {
    role = "message",
    content,
    toolCalls,
  } = data.message as {
    role?: string;
    content?: unknown;
    toolCalls?: unknown;
  };
  const text = spokenText(content, length);
  const asks =
    Array.isArray(toolCalls) && text === "" ? `asks for ${countOf(toolCalls.length, "call")}` : text;
  return { label: role, tone: role === "user" ? "strong" : "plain", parts: [["plain", asks]] };
}

function describeUsage(data: Data): EventWords | undefined {
  if (!is.isUsage(data)) return undefined;
  const { input, output, cacheRead, costUsd } = data;
  const counts = [`${formatCount(input)} in`, `${formatCount(output)} out`];
  if (cacheRead) counts.push(`${formatCount(cacheRead)} from cache`);
  if (costUsd) counts.push(`$${costUsd.toFixed(4)}`);
  return { label: "tokens", tone: "dim", parts: [["dim", counts.join(" · ")]] };
}

function describeError(data: Data): EventWords | undefined {
  if (!is.isErrorRecorded(data)) return undefined;
  const after = data.recoverable ? "(recoverable)" : "";
  return {
    label: "error",
    tone: "bad",
    parts: [
      ["plain", data.message],
      ["dim", after],
    ],
  };
}

function describeNote(data: Data, length: number): EventWords | undefined {
  if (!is.isNoteAdded(data)) return undefined;
  return {
    label: "note",
    tone: "plain",
    parts: [
      ["strong", data.kind],
      ["plain", previewParams(data.data, length)],
    ],
  };
}

function describeRepair({ removedBytes, atByte, quarantine, salvaged }: Data, length: number): EventWords {
  const saved = typeof salvaged === "number" ? `, ${countOf(salvaged, "record")} saved behind it` : "";
  const taken = `${preview(removedBytes, 20)} bytes taken out at byte ${preview(atByte, 20)}${saved}`;
  return words("repaired", "notice", taken, `kept in ${preview(quarantine, length)}`);
}

/** Who made it is shown as it says; whether it holds only the public key can tell. */
function describeSeal({ fromSeq, seq, keyId }: Data): EventWords {
  const [from, to] = [preview(fromSeq, 20), preview(seq, 20)];
  const records = from === to ? `record ${to}` : `records ${from} to ${to}`;
  return { label: "sealed", tone: "dim", parts: [["dim", `${records} · key ${preview(keyId, KEY_WIDTH)}`]] };
}

/** Enough of a key's id to tell one from another. */
const KEY_WIDTH = 12;

function describeEnd(data: Data): EventWords | undefined {
  if (!is.isEnded(data)) return undefined;
  const tone = data.outcome === "success" ? "good" : "bad";
  const { summary = {}, inferred } = data as { summary?: { [key: string]: unknown }; inferred?: unknown };
  const figures = [figure(summary.turns, "turn"), figure(summary.toolCalls, "call")].flat().join(" · ");
  const parts: Part[] = [
    [tone, data.outcome],
    ["dim", figures],
    ["dim", inferred === true ? "inferred by repair" : ""],
  ];
  return { label: "ended", tone, parts };
}

function figure(count: unknown, one: string): string[] {
  return typeof count === "number" ? [countOf(count, one)] : [];
}
