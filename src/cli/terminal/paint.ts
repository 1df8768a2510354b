/** Colour, quiet and only where it is wanted. It decides nothing about what is shown. */
import { styleText } from "node:util";

/** The numbered ones say nothing: they tell things apart. */
export type Tone =
  | ("plain" | "dim" | "strong" | "good" | "bad" | "notice" | "accent")
  | ("first" | "second" | "third" | "fourth" | "fifth");
export type Paint = (tone: Tone, text: string) => string;

type Format = Parameters<typeof styleText>[0];

const FORMAT: Record<Exclude<Tone, "plain">, Format> = {
  dim: "dim",
  strong: "bold",
  good: "green",
  bad: "red",
  notice: "yellow",
  accent: "cyan",
  first: "cyan",
  second: "magenta",
  third: "blue",
  fourth: "yellow",
  fifth: "green",
};

/** FORCE_COLOR, then NO_COLOR, then whether a terminal is there that can. */
export function wantsColour(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return stream.isTTY === true && env.TERM !== "dumb";
}

export function createPaint(isColoured: boolean): Paint {
  if (!isColoured) return (_, text) => text;
  // Whether there is colour has been decided: the stream is not asked again.
  return (tone, text) =>
    tone === "plain" || text === "" ? text : styleText(FORMAT[tone], text, { validateStream: false });
}
