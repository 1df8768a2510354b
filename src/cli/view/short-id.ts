/** The end of an id that was made up, which other commands take for it; an id that somebody chose stays as it is. */

/** Six digits are nearly always enough to name a session of a workspace. */
const MADE_UP = /^(?:session-\d{8}-\d{6}|import-[a-z0-9-]+)-[0-9a-f]*([0-9a-f]{6})$/;

export function shortId(id: string): string {
  return MADE_UP.exec(id)?.[1] ?? id;
}
