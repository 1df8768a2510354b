/** Cuts a text at its start, where its end is what matters. The text is safe before it comes here. */
import { textWidth } from "../terminal/width.js";

const ELLIPSIS = "…";

/** The text if it fits; else as much of its end as leaves room for an ellipsis. */
export function cutStart(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 2) return "";
  const characters = [...text.slice(-2 * width)];
  let used = textWidth(characters.join(""));
  let from = 0;
  for (; used > width - 1; from++) used -= textWidth(characters[from] ?? "");
  return ELLIPSIS + cutToFit(characters.slice(from), width - 1);
}

/** Characters may be drawn together, and what is left of them may be wider or narrower than it was counted. */
function cutToFit(characters: string[], width: number): string {
  let from = 0;
  while (textWidth(characters.slice(from).join("")) > width) from += 1;
  return characters.slice(from).join("");
}
