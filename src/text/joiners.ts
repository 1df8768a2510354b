/**
 * Where a character that is drawn as nothing is part of how a text is written, and so no threat: joiners inside emoji
 * (UTS #51) and between the letters of scripts that are spelled with them (UAX #31, contexts A1, A2 and B, kept simple),
 * and the selector that says how an emoji is drawn. Anywhere else the same character can hide something.
 */

/** Cursive ones, whose letters a non-joiner parts, and those of India and its neighbours, whose conjuncts joiners form. */
const SCRIPTS = [
  ...["Arabic", "Syriac", "Mandaic", "Nko", "Mongolian", "Adlam", "Hanifi_Rohingya"],
  ...["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam"],
  ...["Sinhala", "Tibetan", "Myanmar", "Khmer"],
];

/** The signs that take away a vowel, Devanagari to Sinhala: a joiner behind one may end a word. */
const VIRAMA = "[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]";

const JOINERS = "\u200c\u200d\ufe0e\ufe0f";

let kept: RegExp | undefined;

/** Made when a text needs it: it takes longer than most programs' first line. */
function keptJoiners(): RegExp {
  const between = SCRIPTS.map((script) => {
    const letter = `(?=[\\p{L}\\p{M}\\p{Nd}])(?!\\p{Default_Ignorable_Code_Point})\\p{Script_Extensions=${script}}`;
    return `(?<=${letter})[\\u200c\\u200d](?=${letter})`;
  });
  const contexts = [
    "(?<=\\p{Extended_Pictographic}\\ufe0f?|\\p{Emoji_Modifier})\\u200d(?=\\p{Extended_Pictographic})",
    "(?<=[\\p{Emoji}\\p{Extended_Pictographic}])[\\ufe0e\\ufe0f]",
    `(?<=${VIRAMA})\\u200d`,
    ...between,
  ];
  return new RegExp(contexts.join("|"), "uy");
}

/** `character` stands at `offset` of the text. */
export function isKeptJoiner(character: string, offset: number, text: string): boolean {
  if (!JOINERS.includes(character)) return false;
  kept ??= keptJoiners();
  kept.lastIndex = offset;
  return kept.test(text);
}
