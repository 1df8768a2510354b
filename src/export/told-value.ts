/** Values as a person reads them: parameters a line each, longer texts as they are, other values as JSON. */
import { isObject } from "../event/guards.js";
import type { ToolResult } from "../event/types.js";
import { resultText } from "./message.js";

const SHORT = 76;
const INDENT = "  ";

/** On one line where that is short. */
export function toldValue(value: unknown): string {
  if (typeof value === "string") return value;
  const json = JSON.stringify(value) ?? "";
  return json.length <= SHORT ? json : JSON.stringify(value, null, 2);
}

/** `path: a.ts`, a line for each; a text of several lines stands below its name. Empty where there is none. */
export function toldParams(params: object): string {
  return Object.entries(params)
    .map(([name, value]) => {
      const told = toldValue(value);
      return told.includes("\n") ? `${name}:\n${indented(told)}` : `${name}: ${told}`;
    })
    .join("\n");
}

/** The first of the parameters that is a text, or words, in one line: what tells one call of a tool from the next. */
export function hintOf(params: object): string {
  for (const value of Object.values(params)) {
    const isWords = Array.isArray(value) && value.every((word) => typeof word === "string");
    const text = isWords ? value.join(" ") : value;
    if (typeof text === "string" && text.trim() !== "") return firstLine(text);
  }
  return "";
}

const HINT_LENGTH = 160;

export function firstLine(text: string): string {
  const [line = ""] = text.trim().slice(0, HINT_LENGTH).split("\n", 1);
  return line;
}

/** Null where there is nothing to tell. */
export function toldResult(result: ToolResult | undefined): string | null {
  if (result === undefined) return null;
  const { error, data } = result;
  if (error === undefined && data === undefined) return null;
  if (!isObject(data)) return Array.isArray(data) ? toldList(error, data) : resultText(result);
  const told = Object.values(data).some(isLong) ? toldParams(data) : toldValue(data);
  return error === undefined ? told : `${error}\n${told}`;
}

function toldList(error: string | undefined, data: readonly unknown[]): string {
  const text = resultText({ success: true, data });
  const told = text === JSON.stringify(data) ? toldValue(data) : text;
  return error === undefined || error === told ? told : `${error}\n${told}`;
}

function isLong(value: unknown): boolean {
  return typeof value === "string" && (value.length > SHORT || value.includes("\n"));
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : INDENT + line))
    .join("\n");
}
