/** For work that starts processes: a few at a time, so that a slow machine is not asked for all at once. */

/** How many screens are open at once. */
const AT_ONCE = 6;

export async function inTurns<T, R>(
  all: readonly T[],
  action: (each: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = [...all.entries()];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      results[next[0]] = await action(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
