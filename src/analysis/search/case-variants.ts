/** Which characters a regular expression with the flags `i` and `u` takes for the same one. */

/** Letters beyond ASCII that fold to one in it: the Kelvin sign and the long s. */
const FOLDING_INTO_ASCII: { readonly [letter: string]: string } = { k: "\u212a", s: "\u017f" };
/** No character with case lies beyond. */
const LAST_CASED = 0x1ffff;

let cased: readonly string[] | undefined;

/** The character and all that fold as it does. */
export function caseVariants(character: string): string[] {
  if (/^[\0-\x7f]$/.test(character)) {
    const lower = character.toLowerCase();
    const upper = character.toUpperCase();
    return lower === upper ? [character] : [lower, upper, ...(FOLDING_INTO_ASCII[lower] ?? "")];
  }
  if (!HAS_CASE.test(character)) return [character];
  cased ??= listCased();
  const same = new RegExp(`^${character}$`, "iu");
  return cased.filter((other) => same.test(other));
}

const HAS_CASE = /\p{Changes_When_Casemapped}|\p{Changes_When_Casefolded}/u;

function listCased(): string[] {
  const found: string[] = [];
  for (let code = 0; code <= LAST_CASED; code++) {
    const character = String.fromCodePoint(code);
    if (HAS_CASE.test(character)) found.push(character);
  }
  return found;
}
