/** The header of a session that this library or choragen wrote, whatever its members are called in the source. */
import { membersOf, stringOrNull, textOf } from "./foreign-values.js";
import type { ForeignHeader } from "./types.js";

/** As the source has them: any of them may be missing, or be anything. */
export interface OurHeader {
  readonly startTime: unknown;
  readonly role: unknown;
  readonly model: unknown;
  readonly chainId: unknown;
  readonly taskId: unknown;
  readonly parent: unknown;
  readonly metadata: unknown;
  readonly about?: ForeignHeader["about"];
}

export function ourHeader(sourceId: string, said: OurHeader): ForeignHeader {
  return {
    sourceId,
    isOurs: true,
    startTime: textOf(said.startTime),
    role: textOf(said.role) ?? "agent",
    model: textOf(said.model) ?? "unknown",
    chainId: stringOrNull(said.chainId),
    taskId: stringOrNull(said.taskId),
    parent: textOf(said.parent),
    metadata: membersOf(said.metadata),
    about: said.about,
  };
}
