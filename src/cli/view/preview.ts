/**
 * Foreign values in a few words. However large a value is, only as much of it is looked at as can be shown. The text
 * is not safe yet: `text/safe-text.ts` has the last word on everything that is printed.
 */
import { DEPTH_LIMIT } from "../../event/plain-limits.js";

/** More than any terminal line holds. */
export const PREVIEW_LENGTH = 500;

const MOST_LEVELS = 50;
/** Of a value that is to be shown as a whole; no more are recorded. */
const ALL_LEVELS = DEPTH_LIMIT;

const SIMPLE = /^[^\s"=]+$/;

/** Text as it is, anything else as JSON; an ellipsis where there is more. */
export function preview(value: unknown, length = PREVIEW_LENGTH): string {
  return clip(beginning(value, length + 1), length);
}

/** `path=src/index.ts limit=20`. */
export function previewParams(params: unknown, length = PREVIEW_LENGTH): string {
  if (typeof params !== "object" || params === null || Array.isArray(params)) return preview(params, length);
  let text = "";
  for (const [key, value] of Object.entries(params)) {
    if (text.length > length) break;
    const plain = typeof value === "string" && SIMPLE.test(value.slice(0, length + 1));
    const shown = plain ? beginning(value, length + 1) : json(value, length + 1);
    text += `${text === "" ? "" : " "}${key.slice(0, length)}=${shown}`;
  }
  return clip(text, length);
}

/**
 * What a message says. Content is text, or a list of blocks as the providers have them; a block without text is named.
 */
export function contentText(content: unknown, length = PREVIEW_LENGTH): string {
  return clip(textOf(content, length + 1), length);
}

/** The same for one line: what is only thought, or only announces a call, stands back where something is said. */
export function spokenText(content: unknown, length = PREVIEW_LENGTH): string {
  if (!Array.isArray(content)) return contentText(content, length);
  const spoken = content.filter((block) => typeof block === "string" || isTextBlock(block));
  return contentText(spoken.length > 0 ? spoken : content, length);
}

/** What a tool gave back: text as it is, a list of blocks as what they say, anything else as JSON. */
export function resultText(data: unknown, length = PREVIEW_LENGTH): string {
  if (isBlocks(data)) return contentText(data, length);
  const { content } = typeof data === "object" && data !== null ? (data as { content?: unknown }) : {};
  if (typeof content === "string" || isBlocks(content)) return contentText(content, length);
  return preview(data, length);
}

export function isCallBlock(block: unknown): boolean {
  const type = typeof block === "object" && block !== null ? (block as { type?: unknown }).type : undefined;
  return type === "tool_use" || type === "toolCall";
}

function isTextBlock(block: unknown): boolean {
  const text = typeof block === "object" && block !== null ? (block as { text?: unknown }).text : undefined;
  return typeof text === "string" && text.trim() !== "";
}

function isBlocks(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(
    (block) =>
      typeof block === "object" && block !== null && typeof (block as { type?: unknown }).type === "string",
  );
}

function textOf(content: unknown, length: number): string {
  if (!Array.isArray(content)) return blockText(content, length);
  const texts: string[] = [];
  let room = length;
  for (const block of content) {
    if (room <= 0) break;
    const text = blockText(block, room);
    if (text !== "") texts.push(text);
    room -= text.length;
  }
  return texts.join("\n");
}

function blockText(block: unknown, length: number): string {
  if (typeof block !== "object" || block === null) return block === null ? "" : beginning(block, length);
  const { type, text, thinking, content, name } = block as { [key: string]: unknown };
  if (typeof text === "string") return text.slice(0, length);
  if (typeof thinking === "string") return thinking === "" ? "" : `(thinking) ${thinking}`.slice(0, length);
  if (type === "tool_result") return textOf(content, length);
  if (isCallBlock(block)) return `[calls ${preview(name, 100)}]`;
  if (typeof type === "string" && type !== "") return `[${preview(type, 100)}]`;
  return json(block, length);
}

/** So much of it at least, where it is that long. */
function beginning(value: unknown, length: number): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value.slice(0, length) : json(value, length);
}

/** Never between the halves of a character. */
function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function json(
  value: unknown,
  length: number,
  levels = Number.isFinite(length) ? MOST_LEVELS : ALL_LEVELS,
): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, length));
  if (typeof value !== "object" || value === null) return String(value);
  if (levels === 0) return "…";
  if (Array.isArray(value))
    return `[${members(value.length, length, (at, room) => json(value[at], room, levels - 1))}]`;
  const keys = Object.keys(value);
  const member = (at: number, room: number) => {
    const key = keys[at] ?? "";
    return `${JSON.stringify(key.slice(0, room))}:${json((value as { [key: string]: unknown })[key], room, levels - 1)}`;
  };
  return `{${members(keys.length, length, member)}}`;
}

/** As many members, separated by commas, as there is room for. */
function members(count: number, length: number, member: (at: number, room: number) => string): string {
  let text = "";
  for (let at = 0; at < count && text.length < length; at++) {
    text += (at === 0 ? "" : ",") + member(at, length - text.length);
  }
  return text;
}
