/** About how much a value holds, so that what waits can be kept within bounds. It looks, and copies nothing. */

const NODE_SIZE = 32;

/** In characters; deep values cost no stack. */
export function sizeOf(value: unknown): number {
  let size = 0;
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    size += NODE_SIZE;
    if (typeof next === "string") size += next.length;
    else if (Array.isArray(next)) for (const element of next) pending.push(element);
    else if (typeof next === "object" && next !== null) {
      for (const key in next) {
        size += key.length;
        pending.push((next as { readonly [key: string]: unknown })[key]);
      }
    }
  }
  return size;
}
