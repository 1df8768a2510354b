/** The id of an imported session: always the same for the same source, and in the order of time among the others. */
import { createHash } from "node:crypto";
import type { ForeignHeader, FormatName } from "../types.js";

const DIGEST_LENGTH = 12;

/**
 * `session-YYYYMMDD-HHMMSS-<12 hex digits>` by the source's own start; `import-<format>-<12 hex digits>` where it has
 * none. The digits come from format, source id and start time. A time without a zone is taken as it is written.
 */
export function importedSessionId(format: FormatName, { sourceId, startTime = "" }: ForeignHeader): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([format, sourceId, startTime]))
    .digest("hex");
  const suffix = digest.slice(0, DIGEST_LENGTH);
  const moment = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)/.exec(startTime);
  if (moment === null) return `import-${format}-${suffix}`;
  const [, year, month, day, hour, minute, second] = moment;
  return `session-${year}${month}${day}-${hour}${minute}${second}-${suffix}`;
}
