/**
 * OTLP/JSON through the protobuf schema of OpenTelemetry, as its own JavaScript packages ship it: into the messages,
 * to the wire, back, and into JSON again. Fields that the schema does not know, or values it cannot hold, do not come
 * back the same.
 */
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type { Span } from "../../src/export/otlp-span.js";

/** What protobufjs makes of `TracesData`. */
interface MessageType {
  fromObject(object: object): object;
  verify(message: object): string | null;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): object;
}
interface Root {
  opentelemetry: {
    proto: {
      trace: { v1: { TracesData: MessageType } };
      collector: { trace: { v1: { ExportTraceServiceRequest: MessageType } } };
    };
  };
}

export interface Line {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

const require = createRequire(import.meta.url);
const root = require("@opentelemetry/otlp-transformer/build/src/generated/root.js") as Root;
const { TracesData } = root.opentelemetry.proto.trace.v1;
const { ExportTraceServiceRequest } = root.opentelemetry.proto.collector.trace.v1;

/** Ids: hex in OTLP/JSON, where protobuf's own JSON has base64. */
const IDS = new Set(["traceId", "spanId", "parentSpanId"]);

/** A line of a file. */
export function throughSchema(line: object): unknown {
  return through(TracesData, line);
}

/** The body of a request to `/v1/traces`; throws where it is none. */
export function readRequest(body: object): Line {
  const request = through(ExportTraceServiceRequest, body);
  if (!isDeepStrictEqual(request, body)) throw new Error("the schema does not know all of it");
  return request as Line;
}

function through(type: MessageType, line: object): unknown {
  const given = mapIds(line, (hex) => {
    if (!/^([0-9a-f]{16}|[0-9a-f]{32})$/.test(hex)) throw new Error(`${hex} is no id`);
    return Buffer.from(hex, "hex").toString("base64");
  });
  const message = type.fromObject(given as object);
  const fault = type.verify(message);
  if (fault !== null) throw new Error(fault);
  const decoded = type.decode(type.encode(message).finish());
  const back = type.toObject(decoded, { longs: String, bytes: String });
  return mapIds(back, (base64) => Buffer.from(base64, "base64").toString("hex"));
}

function mapIds(value: unknown, change: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((element) => mapIds(element, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      IDS.has(key) ? change(String(member)) : mapIds(member, change),
    ]),
  );
}
