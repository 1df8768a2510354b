/** Which turn may complete next: turns count from 1, some may be left out, none comes twice. */
import { JournalError } from "../errors.js";

/** The index of the turn; throws INVALID_EVENT unless it lies behind `last`, the latest that was completed; 0 where none was. */
export function checkTurn({ index }: { readonly index: number }, last: number): number {
  if (index > last) return index;
  const path = "data.index";
  const expected = `a whole number from ${last + 1}`;
  throw new JournalError(
    "INVALID_EVENT",
    `Turn ${index} cannot be completed behind turn ${last}: ${path} must be ${expected}.`,
    {
      issues: [
        { path, message: `${path} must be ${expected}, but is ${index}`, expected, received: String(index) },
      ],
    },
  );
}
