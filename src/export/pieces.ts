/**
 * From records to the pieces of a text, step by step. Everything between the two is synchronous: a promise for each
 * passage would cost more than the passage, in time and in memory.
 */
import { StepFold } from "./fold-steps.js";
import type { Folded, Records } from "./step.js";

/** Short texts are put together: who writes them has as much to do for each piece, however short. */
const PIECE_LENGTH = 16 * 1024;

/** `tell` says what is to be written of each step. Throws what reading throws, behind what could be told till then. */
export async function* piecesOf(
  records: Records,
  tell: (folded: Folded) => Iterable<string>,
): AsyncGenerator<string, void> {
  const fold = new StepFold();
  let waiting = "";
  try {
    for await (const record of records) {
      for (const folded of fold.add(record)) for (const text of tell(folded)) waiting += text;
      if (waiting.length < PIECE_LENGTH) continue;
      yield waiting;
      waiting = "";
    }
  } catch (error) {
    if (waiting !== "") yield waiting;
    throw error;
  }
  for (const folded of fold.end()) {
    for (const text of tell(folded)) waiting += text;
    if (waiting.length < PIECE_LENGTH) continue;
    yield waiting;
    waiting = "";
  }
  if (waiting !== "") yield waiting;
}
