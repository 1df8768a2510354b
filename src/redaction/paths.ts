/**
 * The places that a caller names within an event's data: `message.content`, `params.headers.authorization`,
 * `params.env.*`, `result.data[0].token`, `params["a.b"]`. Names go by letter; `*` or `[*]` is any one member or element.
 */
import { structureAt } from "./structure.js";

/** Where several paths have come to, one step further for each member that is entered. */
export interface PathNode {
  readonly steps: ReadonlyMap<string, PathNode>;
  readonly any: PathNode | undefined;
  /** A path ends here: what stands here is redacted. */
  readonly isEnd: boolean;
}

interface Growing {
  readonly steps: Map<string, Growing>;
  any: Growing | undefined;
  isEnd: boolean;
}

/** Null stands for any. */
type Step = string | null;

/** Throws a TypeError for a path that is none, or that names what the format needs. */
export function parsePaths(paths: readonly string[]): PathNode | undefined {
  if (paths.length === 0) return undefined;
  const root = grow();
  for (const path of paths) {
    let at: Growing = root;
    for (const step of parsePath(path)) at = enter(at, step);
    at.isEnd = true;
  }
  return root;
}

/** What the paths come to behind this member; undefined where none leads on. */
export function advance(at: readonly PathNode[], key: string): readonly PathNode[] | undefined {
  let next: PathNode[] | undefined;
  for (const { steps, any } of at) {
    const named = steps.get(key);
    if (named !== undefined) next = [...(next ?? []), named];
    if (any !== undefined) next = [...(next ?? []), any];
  }
  return next;
}

function grow(): Growing {
  return { steps: new Map(), any: undefined, isEnd: false };
}

function enter(at: Growing, step: Step): Growing {
  if (step === null) {
    at.any ??= grow();
    return at.any;
  }
  const next = at.steps.get(step) ?? grow();
  at.steps.set(step, next);
  return next;
}

const STEP = /(?:^|\.)(?:(\*)|([^.[\]*"]+))|\[(?:(\*)|(\d+)|("(?:[^"\\]|\\.)*"))\]/y;

function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  let end = 0;
  while (end < path.length) {
    const match = STEP.exec(path);
    if (match === null) throw unreadable(path, end);
    const [, any, name, anyElement, index, quoted] = match;
    steps.push((any ?? anyElement) ? null : (name ?? index ?? unquote(path, quoted as string)));
    end = STEP.lastIndex;
  }
  if (steps.length === 0) throw unreadable(path, 0);
  refuseStructure(path, steps);
  return steps;
}

function unquote(path: string, quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw unreadable(path, path.indexOf(quoted));
  }
}

/** A path that says `*` means what there is to redact, and passes over the rest. */
function refuseStructure(path: string, steps: readonly Step[]): void {
  if (steps.includes(null)) return;
  const found = structureAt(steps as readonly string[]);
  if (found === "kept") {
    throw new TypeError(
      `redact.paths: ${quote(path)} is needed to read the journal and is never redacted; leave it out`,
    );
  }
  if (found === "form") {
    throw new TypeError(
      `redact.paths: ${quote(path)} as a whole gives the event its form; name what is in it, such as ${quote(`${path}.*`)}`,
    );
  }
}

function unreadable(path: string, at: number): TypeError {
  return new TypeError(
    `redact.paths: ${quote(path)} is no path (at character ${at + 1}); write it as message.content, params.env.* or params["a.b"][0]`,
  );
}

function quote(path: string): string {
  return JSON.stringify(path.length > 80 ? `${path.slice(0, 80)}…` : path);
}
