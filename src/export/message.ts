/**
 * What foreign messages say, whatever shape they have: whose they are, their text, their reasoning, the calls they
 * ask for and the results they bring. A runtime may record any shape, so everything here may be anything.
 */
import { isObject } from "../event/guards.js";
import type { Message, ToolResult } from "../event/types.js";
import type { StepSource } from "./step.js";

/** A call as a message asks for it. */
export interface AskedCall {
  readonly id: string;
  readonly name: string;
  readonly params: unknown;
}

const AGENT = new Set(["assistant", "agent", "model", "ai", "gemini"]);
const SYSTEM = new Set(["system", "developer"]);
const TOOL = new Set(["tool", "toolResult", "tool_result", "function"]);

export function sourceOf(message: Message): StepSource {
  const { role } = message;
  if (AGENT.has(role)) return "agent";
  if (SYSTEM.has(role)) return "system";
  return TOOL.has(role) || bringsOnlyResults(message) ? "tool" : "user";
}

/** The ids of the calls whose results the message brings. */
export function resultIdsOf(message: Message): string[] {
  const { toolCallId, tool_call_id, callId } = message as Message & Block;
  const own = [toolCallId, tool_call_id, callId].find(isText);
  const inBlocks = blocksOf(message).filter(isResultBlock);
  return [...(own === undefined ? [] : [own]), ...inBlocks.map((block) => block.tool_use_id).filter(isText)];
}

/** What it says in words; what is no text is named in brackets. */
export function textOf(message: Message | null): string {
  return message === null ? "" : contentText(message.content);
}

export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (content === undefined || content === null) return "";
  if (!Array.isArray(content)) return blockText(content);
  return content
    .map(blockText)
    .filter((text) => text !== "")
    .join("\n\n");
}

/** What a call gave: what went wrong, then the data; blocks of text as their text, other values as JSON. */
export function resultText({ error, data }: ToolResult): string {
  const given = data === undefined ? [] : [dataText(data)];
  return (error === undefined || given[0] === error ? given : [error, ...given]).join("\n");
}

function dataText(data: unknown): string {
  if (typeof data === "string") return data;
  return isBlocks(data) ? contentText(data) : JSON.stringify(data);
}

/** Texts and images in blocks, as tools of some agents give them. */
function isBlocks(data: unknown): data is readonly object[] {
  return (
    Array.isArray(data) &&
    data.length > 0 &&
    data.every((block) => isObject(block) && (isPlainText(block) || block.type === "image"))
  );
}

/** Blocks that hold text and nothing else. */
export function isPlainParts(content: unknown): content is object[] {
  return Array.isArray(content) && content.length > 0 && content.every(isPlainText);
}

function isPlainText(block: unknown): boolean {
  return (
    isObject(block) &&
    block.type === "text" &&
    typeof block.text === "string" &&
    Object.keys(block).length === 2
  );
}

/** What the agent thought before it spoke, where that was recorded; null where not. */
export function reasoningOf(message: Message | null): string | null {
  if (message === null) return null;
  const { reasoning_content, reasoning, thinking } = message as Message & Block;
  const said = [reasoning_content, reasoning, thinking].find(isText);
  const inBlocks = blocksOf(message).flatMap((block) => (isText(block.thinking) ? [block.thinking] : []));
  const all = [...(said === undefined ? [] : [said]), ...inBlocks];
  return all.length === 0 ? null : all.join("\n\n");
}

/** The calls that the message itself asks for: what there is to show where no call was recorded. */
export function askedCallsOf(message: Message | null): AskedCall[] {
  if (message === null) return [];
  const { toolCalls, tool_calls } = message as Message & Block;
  const listed = [toolCalls, tool_calls].find(Array.isArray) ?? [];
  const blocks = blocksOf(message).filter(isCallBlock);
  return [...listed, ...blocks].filter(isObject).flatMap((call) => {
    const inner = isObject(call.function) ? call.function : call;
    const name = [inner.name, call.toolName].find(isText);
    const id = [call.id, call.callId, call.toolCallId].find(isText);
    const params = inner.arguments ?? inner.params ?? inner.input ?? call.args ?? {};
    return name === undefined || id === undefined ? [] : [{ id, name, params }];
  });
}

type Block = { readonly [key: string]: unknown };

function blocksOf({ content }: Message): Block[] {
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function bringsOnlyResults(message: Message): boolean {
  const { content } = message;
  return (
    Array.isArray(content) &&
    content.length > 0 &&
    content.every((block) => isObject(block) && isResultBlock(block))
  );
}

function isResultBlock({ type }: Block): boolean {
  return type === "tool_result" || type === "tool-result";
}

function isCallBlock({ type }: Block): boolean {
  return type === "tool_use" || type === "toolCall" || type === "tool-call";
}

function blockText(block: unknown): string {
  if (typeof block === "string") return block;
  if (!isObject(block)) return block === null || block === undefined ? "" : String(JSON.stringify(block));
  const { type, text, content, output } = block;
  if (typeof text === "string") return text;
  if (isResultBlock(block)) return contentText(content ?? output);
  if (isCallBlock(block) || typeof block.thinking === "string") return "";
  return typeof type === "string" && type !== "" ? `[${type}]` : JSON.stringify(block);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
