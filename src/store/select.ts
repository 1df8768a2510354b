/**
 * The sessions that somebody looks for, in the order that is asked for. It decides which and in what order; what is
 * said of a session is the listing's (`list.ts`), and nothing is written.
 */
import { readDirectory, summarizeEach } from "./list.js";
import { farthestBack, newestFirst } from "./newest-first.js";
import { type Place, resolvePlace, type Where } from "./place.js";
import type { SessionFiles } from "./session-files.js";
import { compareKeys, keyOf, type SessionOrder } from "./session-order.js";
import { utc } from "./start-time.js";
import { type ListedState, type SessionSummary, stateOf } from "./summary.js";

export interface SelectOptions extends Where {
  /** Any of these: `ended` is every session that has ended, `interrupted` also one that ended so, or was closed. */
  states?: readonly ListedState[] | undefined;
  /** Upper and lower case are alike, and `*` stands for any text; so for `model` and `chain`. */
  role?: string | undefined;
  model?: string | undefined;
  /** The chain, or chain and task as `chain/task`. */
  chain?: string | undefined;
  /** Started then or later. A session of which nothing tells when it was started is left out. */
  since?: Date | undefined;
  /** With a call that governance denied. */
  denied?: boolean | undefined;
  /** With a call that failed. */
  failed?: boolean | undefined;
  /** `started`, the newest first, unless given; figures descend, texts ascend, and the newest is first among equals. */
  sort?: SessionOrder | undefined;
  /** No more than so many: a whole number from 1. */
  limit?: number | undefined;
}

/**
 * Yields the sessions that all of the options fit. By `started` each is yielded once it has been looked at: the first
 * are there at once, however many follow. By anything else all are looked at before the first is yielded, and twice
 * `limit` are kept at most. Throws READ_FAILED where the folder cannot be read.
 */
export async function* selectSessions(options: SelectOptions = {}): AsyncGenerator<SessionSummary, void> {
  const { sort = "started", limit } = options;
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 1))
    throw new TypeError("limit must be a whole number from 1");
  const fitting = selectNewestFirst(resolvePlace(options), options);
  if (sort !== "started") {
    yield* await pickBest(fitting, sort, limit);
    return;
  }
  let count = 0;
  for await (const summary of fitting) {
    yield summary;
    if (++count === limit) return;
  }
}

async function* selectNewestFirst(
  place: Place,
  options: SelectOptions,
): AsyncGenerator<SessionSummary, void> {
  const fits = createTest(options);
  let isLast = true;
  function* inOrder(): Generator<SessionFiles, void> {
    for (const group of newestFirst(place, readDirectory(place), farthestBack(options.since))) {
      for (const [index, session] of group.entries()) {
        isLast = index === group.length - 1;
        yield session;
      }
    }
  }
  let group: SessionSummary[] = [];
  for await (const summary of summarizeEach(place, inOrder)) {
    if (fits(summary)) group.push(summary);
    if (!isLast) continue;
    if (group.length > 1) group.sort((a, b) => compareTexts(utc(b.startTime), utc(a.startTime)));
    yield* group;
    group = [];
  }
}

type Test = (summary: SessionSummary) => boolean;

function createTest({ states, role, model, chain, since, denied, failed }: SelectOptions): Test {
  const tests: Test[] = [];
  if (states !== undefined) {
    const wanted = new Set(states);
    tests.push(
      (each) =>
        wanted.has(stateOf(each)) ||
        (each.lifecycle === "ended" && wanted.has("ended")) ||
        (each.closed && wanted.has("interrupted")),
    );
  }
  if (role !== undefined) {
    const isWanted = createPattern(role);
    tests.push((each) => isWanted(each.role));
  }
  if (model !== undefined) {
    const isWanted = createPattern(model);
    tests.push((each) => isWanted(each.model));
  }
  if (chain !== undefined) {
    const isWanted = createPattern(chain);
    tests.push(
      ({ chainId, taskId }) => chainId !== null && (isWanted(chainId) || isWanted(`${chainId}/${taskId}`)),
    );
  }
  // What is no time compares as false.
  if (since !== undefined) tests.push(({ startTime }) => Date.parse(startTime) >= since.getTime());
  if (denied) tests.push(({ deniedCalls }) => deniedCalls > 0);
  if (failed) tests.push(({ failedCalls }) => failedCalls > 0);
  return (summary) => tests.every((test) => test(summary));
}

function createPattern(wanted: string): (text: string) => boolean {
  const parts = wanted.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".*")}$`, "isu");
  return (text) => pattern.test(text);
}

async function pickBest(
  sessions: AsyncIterable<SessionSummary>,
  order: Exclude<SessionOrder, "started">,
  limit = Number.POSITIVE_INFINITY,
): Promise<SessionSummary[]> {
  let kept: { key: number | string; session: SessionSummary }[] = [];
  for await (const session of sessions) {
    kept.push({ key: keyOf(order, session), session });
    if (kept.length >= 2 * limit) kept = kept.sort(compareKeys).slice(0, limit);
  }
  return kept
    .sort(compareKeys)
    .slice(0, limit)
    .map(({ session }) => session);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
