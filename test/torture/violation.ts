/** The checks that the torture makes, by name, and the error that says which of them did not hold. */

export const checks = {
  lost: "an acknowledged event is gone or changed",
  invented: "an event is there that nobody recorded, that was refused, or that is there already",
  mark: "a record says that more is on stable storage than is",
  verdict: "a journal is judged otherwise than its bytes say",
  "false damage": "what a crash left is taken for damage",
  problems: "verify finds something wrong beside the verdict of a journal that nobody has harmed",
  state: "the state is not what the records say",
  kept: "bytes that were taken out of a journal are not kept whole",
  snapshot: "a snapshot that was saved is gone",
  "second writer": "a session has two writers",
  seq: "an append returned another seq than the next",
  claim: "health or flush claims more than was written",
  late: "an event is not durable after the second that it may take",
  "follower: untrue": "a follower goes on having given what is not there, and was not told",
  "follower: order": "a follower skipped a record or gave one twice",
  "follower: behind": "a follower does not give what is there",
  "follower: false alarm": "a follower was told of a rewind or of damage that there was not",
  listing: "a session is listed otherwise than it is",
  pruning: "pruning removed what it must keep, or left what it said it had removed",
  repair: "a repair did not leave a sound journal with all that can be proved",
  error: "an error that is not documented, or where nothing was wrong",
  hang: "a call does not come to its end",
  leak: "descriptors are left open",
} as const;

export type Check = keyof typeof checks;

export class Violation extends Error {
  override readonly name = "Violation";
  constructor(
    readonly check: Check,
    readonly detail: string,
  ) {
    super(`${check}: ${checks[check]}: ${detail}`);
  }
}

/** Throws a violation of that check unless it holds. */
export function demand(check: Check, holds: boolean, detail: string | (() => string)): asserts holds {
  if (!holds) throw new Violation(check, typeof detail === "string" ? detail : detail());
}
