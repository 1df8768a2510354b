/**
 * What of a record is compared: what was said and done. Ids, times, seqs, signatures, token counts and how long it took
 * are another run's own, and left out. Values are compared by a digest, so that no run has to be held in memory.
 */
import { hash } from "node:crypto";

type Members = { readonly [key: string]: unknown };

/** What a provider calls a block or a call; never what it says. */
const IDS: ReadonlySet<string> = new Set([
  "id",
  "call_id",
  "callId",
  "tool_call_id",
  "toolCallId",
  "tool_use_id",
  "toolUseId",
  "signature",
  "thinkingSignature",
  "textSignature",
  "thoughtSignature",
  "cache_control",
]);

/** Role, content, name and calls of a message. */
export function comparableMessage(message: Members): Members {
  const { role, content, name, toolCalls, tool_calls } = message;
  return withoutUndefined({
    role,
    content: withoutIds(content),
    name,
    toolCalls: withoutIds(toolCalls ?? tool_calls),
  });
}

export function comparableResult(result: Members): Members {
  const { success, data, error } = result;
  return withoutUndefined({ success, data, error });
}

/** Of the blocks in a list, not of what is inside them: arguments may hold ids that mean something. */
function withoutIds(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((block: unknown) => {
    if (typeof block !== "object" || block === null || Array.isArray(block)) return block;
    return Object.fromEntries(Object.entries(block).filter(([key]) => !IDS.has(key)));
  });
}

function withoutUndefined(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The same for equal values, whatever the order of their members. */
export function digest(value: unknown): string {
  return hash(
    "sha256",
    typeof value === "string" ? JSON.stringify(value) : canonicalJson(value),
    "base64url",
  );
}

/** Without recursion: foreign values may be nested deeper than any stack. */
function canonicalJson(value: unknown): string {
  const pieces: string[] = [];
  const pending: ({ readonly text: string } | { readonly value: unknown })[] = [{ value }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ("text" in next) pieces.push(next.text);
    else if (Array.isArray(next.value)) {
      pieces.push("[");
      pending.push({ text: "]" });
      for (let at = next.value.length - 1; at >= 0; at--)
        pending.push({ text: "," }, { value: next.value[at] });
    } else if (typeof next.value === "object" && next.value !== null) {
      pieces.push("{");
      pending.push({ text: "}" });
      for (const key of Object.keys(next.value).sort().reverse()) {
        pending.push(
          { text: "," },
          { value: (next.value as Members)[key] },
          { text: `${JSON.stringify(key)}:` },
        );
      }
    } else pieces.push(JSON.stringify(next.value) ?? "null");
  }
  return pieces.join("");
}
