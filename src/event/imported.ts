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

/** When a session was started, as its first record tells: ISO 8601; "" where it is imported and its source does not say. */
export function toldStart({ time, data }: { readonly time: string; readonly data: object }): string {
  const { at } = data as { readonly at?: unknown };
  if (typeof at === "string") return at;
  return isImportedStart(data as { readonly [key: string]: unknown }) ? "" : time;
}
