/** When a sample's replies came and its tools ran: Inspect's messages have no times, its events do. */
import { amountOf, listOf, type Members, membersOf, textOf } from "../foreign-values.js";

interface Ran {
  readonly completed: string | undefined;
  readonly durationMs: number | undefined;
}

export class SampleMoments {
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly #replies = new Map<string, string>();
  readonly #tools = new Map<string, Ran>();

  constructor(events: readonly unknown[]) {
    for (const { event, timestamp, completed, id, working_time, output } of events.map(membersOf)) {
      const at = textOf(timestamp);
      this.first ??= at;
      this.last = textOf(completed) ?? at ?? this.last;
      if (event === "tool" && typeof id === "string") {
        const seconds = amountOf(working_time);
        const durationMs = seconds === undefined ? undefined : seconds * 1000;
        this.#tools.set(id, { completed: textOf(completed), durationMs });
      }
      if (event !== "model") continue;
      const replied = textOf(completed) ?? at;
      for (const choice of listOf(membersOf(output).choices)) {
        const messageId = textOf(membersOf(membersOf(choice).message).id);
        if (messageId !== undefined && replied !== undefined) this.#replies.set(messageId, replied);
      }
    }
  }

  of({ id, tool_call_id }: Members): string | undefined {
    const tool = typeof tool_call_id === "string" ? this.#tools.get(tool_call_id)?.completed : undefined;
    return tool ?? (typeof id === "string" ? this.#replies.get(id) : undefined);
  }

  durationOf(callId: unknown): number | undefined {
    return typeof callId === "string" ? this.#tools.get(callId)?.durationMs : undefined;
  }
}
