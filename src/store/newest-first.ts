/**
 * The sessions of a folder, the last started first, without reading them first: an id that was made up tells its second,
 * so the newest are known as soon as the names are. What such an id says goes before what the journal says.
 */
import type { Place } from "./place.js";
import type { SessionFiles } from "./session-files.js";
import { hasSecond, readStartTime, secondOfId, utc } from "./start-time.js";

interface Timed {
  readonly session: SessionFiles;
  /** ISO 8601, UTC, to the second; "" where nothing tells. */
  readonly second: string;
}

/**
 * Yields the sessions that were started in the same second together, latest first; those whose start nothing tells come
 * last. `sessions` are by id, descending. Of a session whose id was chosen by somebody the first record is read before
 * the first group is yielded. Sessions before `from` (ISO 8601, "" for all) are left out, and not looked at further.
 */
export function* newestFirst(
  { files, directory }: Place,
  sessions: readonly SessionFiles[],
  from = "",
): Generator<SessionFiles[], void> {
  // Descending by id is descending by time: all these ids begin alike.
  const byId: SessionFiles[] = [];
  const byRecord: Timed[] = [];
  for (const session of sessions) {
    if (hasSecond(session.id)) byId.push(session);
    else byRecord.push({ session, second: readStartTime(files, directory, session).slice(0, SECOND_LENGTH) });
  }
  byRecord.sort((a, b) => (a.second === b.second ? 0 : a.second < b.second ? 1 : -1));
  let group: SessionFiles[] = [];
  let groupSecond: string | undefined;
  for (const { session, second } of merge(byId, byRecord)) {
    if (second < from) break;
    if (second !== groupSecond && group.length > 0) {
      yield group;
      group = [];
    }
    groupSecond = second;
    group.push(session);
  }
  if (group.length > 0) yield group;
}

const SECOND_LENGTH = "2025-12-08T14:31:05".length;

/** The second is made of an id when its turn has come: there may be 100,000 of them behind the first screen. */
function* merge(byId: readonly SessionFiles[], byRecord: readonly Timed[]): Generator<Timed, void> {
  let next = 0;
  for (const session of byId) {
    const second = secondOfId(session.id) ?? "";
    for (; next < byRecord.length; next++) {
      const other = byRecord[next];
      if (other === undefined || other.second < second) break;
      yield other;
    }
    yield { session, second };
  }
  yield* byRecord.slice(next);
}

/** The time in the id of an imported session is in the zone of its source: a day covers all zones. */
const ZONES_MS = 24 * 3_600_000;

/** How far back to read for sessions started since then; all where it is undefined. */
export function farthestBack(since: Date | undefined): string {
  return since === undefined ? "" : utc(new Date(since.getTime() - ZONES_MS));
}
