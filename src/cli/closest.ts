/** What somebody who mistyped a name probably meant. */

const MOST_EDITS = 2;
/** Of a name that is longer, only the beginning is looked at. */
const LONGEST = 40;

/** The name that is nearest, or that begins so; undefined where none is near. */
export function closestOf(given: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, edits: countEdits(given, name) }))
    .filter(({ name, edits }) => edits <= MOST_EDITS || name.startsWith(given))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.name;
}

/** Insertions, removals and changes of one character that lead from one word to the other. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, character] of [...from.slice(0, LONGEST)].entries()) {
    const next = [at + 1];
    for (let index = 1; index <= to.length; index++) {
      const changed = (row[index - 1] ?? 0) + (to[index - 1] === character ? 0 : 1);
      next.push(Math.min(changed, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
