/** Whether a session was imported: then only its source's times (`data.at`) say when something was, not the records' own. */

/** `data` is that of `session.started`. */
export function isImportedStart({
  at,
  metadata,
}: {
  readonly at?: unknown;
  readonly metadata?: unknown;
}): boolean {
  const isMarked = typeof metadata === "object" && metadata !== null && "import" in metadata;
  return isMarked || typeof at === "string";
}
