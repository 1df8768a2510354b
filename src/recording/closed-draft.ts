/** A clean stop, with the figures of what was recorded: whoever lists the session need not read it through. */
import { type Draft, draftOwn } from "../event/draft.js";
import type { LiveState } from "../state/live-state.js";
import { summarize } from "../state/summarize.js";

/** Without figures where the state cannot be read back any more: the save behind it says why. */
export function draftClosed(live: LiveState): Draft {
  let said: object = {};
  try {
    const replay = live.current();
    said = { status: replay.state.status, summary: summarize(replay) };
  } catch {
    // Told as `health.snapshotFailure`.
  }
  return draftOwn("writer.closed", said);
}
