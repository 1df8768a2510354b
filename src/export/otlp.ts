/**
 * OTLP/JSON as the OpenTelemetry Protocol File Exporter writes it: one TracesData a line, with the attributes of the
 * GenAI conventions. What was said stays out unless it is asked for: telemetry goes to places that transcripts should not.
 */
import { escapeSeparators } from "../event/separators.js";
import { VERSION } from "../version.js";
import type { FormatOptions } from "./options.js";
import { attributes } from "./otlp-span.js";
import { SessionSpans } from "./otlp-spans.js";
import { piecesOf } from "./pieces.js";
import type { Records } from "./step.js";

/** A request of this size is taken by every collector, and strings of this size are cheap to make. */
const LINE_LENGTH = 48 * 1024;

/** The lines; the span of the whole run is the last. A span has the same ids whenever and wherever it is exported. */
export function exportOtlp(records: Records, options: FormatOptions = {}): AsyncGenerator<string, void> {
  let session: SessionSpans | undefined;
  let waiting: string[] = [];
  let length = 0;
  return piecesOf(records, function* (folded) {
    if (folded.kind === "head") {
      session = new SessionSpans(folded.head, options);
      return;
    }
    const isLast = folded.kind === "ending";
    for (const span of (isLast ? session?.ofEnding(folded.ending) : session?.ofStep(folded.step)) ?? []) {
      const json = escapeSeparators(JSON.stringify(span));
      waiting.push(json);
      length += json.length;
    }
    if (waiting.length === 0 || (length < LINE_LENGTH && !isLast)) return;
    yield lineOf(waiting, options);
    waiting = [];
    length = 0;
  });
}

function lineOf(spans: readonly string[], { agentVersion }: FormatOptions): string {
  const resource = {
    attributes: attributes({ "service.name": "choragen", "service.version": agentVersion }),
  };
  const scope = { name: "@choragen/session-journal", version: VERSION };
  const opening = `{"resourceSpans":[{"resource":${JSON.stringify(resource)},"scopeSpans":[{"scope":${JSON.stringify(scope)}`;
  return `${escapeSeparators(opening)},"spans":[${spans.join(",")}]}]}]}\n`;
}
