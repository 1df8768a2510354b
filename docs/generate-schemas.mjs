/**
 * Writes docs/reference/schema/*.schema.json from the schemas that the library itself checks with
 * (src/event/schema.ts): one for the data of each event type, one for the record around it, one for the snapshot;
 * and those of what commands print with --json (src/cli/output).
 * Run it after a build: `npm run build && node docs/generate-schemas.mjs`. A test compares the files.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { toJsonSchema } from "@valibot/to-json-schema";

const FOLDER = new URL("./reference/schema/", import.meta.url);

const DESCRIPTIONS = {
  "session.started":
    "The first record of every journal: who runs, and in which format the journal is written.",
  "message.added":
    "One whole message of the conversation. `content` may be anything; absent if it was undefined.",
  "tool_call.started":
    "A tool call as governance let it through or denied it. Open until its tool_call.finished.",
  "tool_call.finished": "The result of the open call with that callId. `durationMs` is in milliseconds.",
  "token_usage.updated":
    "Tokens used since the last update; the counts are disjoint. A repeated responseId replaces, it does not add.",
  "turn.completed": "The end of a turn. `index` counts from 1.",
  "status.changed": "What the run is doing from here on.",
  "child_session.linked": "A session that this one started.",
  "error.recorded": "An error that the runtime met, and whether it could go on.",
  "note.added":
    "Anything else a runtime wants on record. `data` may be anything; absent if it was undefined.",
  "journal.repaired": "Written by recovery and repair: which bytes were taken out, and where they are kept.",
  "journal.sealed":
    "Written by a session that signs: the head before it, signed with an Ed25519 key (docs/reference/format.md says over what).",
  "writer.closed": "A clean stop without an end: the session may go on later.",
  "session.ended": "The outcome of the run and its figures.",
};

const OUTPUT_DESCRIPTIONS = {
  diff: "The comparison of two sessions, then the first difference, or with --full each.",
  export: "What was exported: how much was read and written, and what the format has no place for.",
  import: "A source: what was read from it and what became of its sessions, or why it could not be read.",
  list: "A session in a listing.",
  prune: "A session that was removed, would go, or stays.",
  repair: "A journal before and after it was mended.",
  search: "A record that holds what was looked for, and where in it.",
  show: "The state of a session, as toJSON() gives it.",
  stats: "The figures of a session, or of all that were counted.",
  tail: "A record of a journal; where many sessions are followed, with the id of its session.",
  verify: "What was found of a journal, or why it could not be read.",
};

/** The same for what commands print, for OUTPUT_SCHEMAS of src/cli/output/every.ts. */
export function outputSchemaFiles(schemas) {
  return Object.fromEntries(
    Object.entries(schemas).map(([command, schema]) => [
      `${command}.schema.json`,
      // Later versions may print more than this one.
      render(`a line of ${command} --json`, OUTPUT_DESCRIPTIONS[command], schema, open),
    ]),
  );
}

function open(context) {
  const { jsonSchema } = context;
  if (jsonSchema.additionalProperties !== false) return overrideSchema(context);
  const { additionalProperties: _, ...rest } = jsonSchema;
  return rest;
}

/** File name → text of every schema file, for the exports of src/event/schema.ts. */
export function schemaFiles({ runtimeData, libraryData, record, snapshot }) {
  const files = {};
  for (const [type, data] of Object.entries({ ...runtimeData, ...libraryData })) {
    files[`${type}.schema.json`] = render(`data of ${type}`, DESCRIPTIONS[type], data);
  }
  files["record.schema.json"] = render(
    "record",
    "One line of a journal. Which schema `data` has depends on `type`; types that are not known are kept.",
    record,
  );
  files["snapshot.schema.json"] = render(
    "snapshot",
    "The state of a session as toJSON() gives it; `journal` says how far into the journal a saved one reaches.",
    snapshot,
  );
  return files;
}

function render(title, description, schema, override = overrideSchema) {
  const converted = toJsonSchema(schema, {
    target: "draft-2020-12",
    // Of "an object that is not an array, with these members" the last part says all that JSON Schema needs.
    typeMode: "output",
    ignoreActions: ["finite"],
    overrideSchema: override,
  });
  const { $schema, ...rest } = converted;
  return `${JSON.stringify({ $schema, title, description, ...rest }, null, 2)}\n`;
}

function overrideSchema({ valibotSchema, jsonSchema }) {
  // The only custom schema is "an object with any members".
  if (valibotSchema.type === "custom") return { type: "object" };
  if (valibotSchema.type !== "loose_object") return undefined;
  // JSON leaves `undefined` out, so a member that may be anything may be absent from a record.
  const { required, ...rest } = jsonSchema;
  const needed = required.filter((key) => valibotSchema.entries[key].type !== "unknown");
  return needed.length === 0 ? rest : { ...rest, required: needed };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const files = schemaFiles(await import("../dist/event/schema.js"));
  const { OUTPUT_SCHEMAS } = await import("../dist/cli/output/every.js");
  const outputs = outputSchemaFiles(OUTPUT_SCHEMAS);
  mkdirSync(new URL("output/", FOLDER), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, FOLDER), text);
  for (const [name, text] of Object.entries(outputs)) writeFileSync(new URL(`output/${name}`, FOLDER), text);
}
