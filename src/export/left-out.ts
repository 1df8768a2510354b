/**
 * Which types of event a format has no place for: what such a record says stands nowhere in the export. Most formats have a
 * place for all that they know and for what is a runtime's own.
 */
import { EVENT_TYPES } from "../event/event-types.js";
import type { ExportFormat } from "./entry.js";

const SPOKEN = ["message.added", "tool_call.started", "tool_call.finished"];

/** All that these formats tell. */
const TOLD: { readonly [format in ExportFormat]?: readonly string[] } = {
  openai: SPOKEN,
  otlp: [
    ...SPOKEN,
    "session.started",
    "token_usage.updated",
    "child_session.linked",
    "error.recorded",
    "session.ended",
  ],
  // A clean stop says nothing to a reader.
  markdown: EVENT_TYPES.filter((type) => type !== "writer.closed"),
  html: EVENT_TYPES.filter((type) => type !== "writer.closed"),
};

/** Formats for readers tell of a type that nobody knows, too. */
const TELLS_ALL_OTHERS: ReadonlySet<ExportFormat> = new Set(["markdown", "html"]);

/** Whether the format leaves out what records of this type say. OTLP leaves out texts besides, unless they are asked for. */
export function isLeftOut(type: string, format: ExportFormat): boolean {
  const told = TOLD[format];
  if (told === undefined || told.includes(type)) return false;
  return EVENT_TYPES.includes(type) || !TELLS_ALL_OTHERS.has(format);
}
