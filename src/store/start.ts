/** Starts a session from its configuration: what is in its first record, and the state that makes. */
import { JournalError } from "../errors.js";
import { describe } from "../event/describe.js";
import type { Redact } from "../event/draft.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import { isObject } from "../event/guards.js";
import { toPlain } from "../event/plain.js";
import { initialState } from "../state/state.js";
import { VERSION } from "../version.js";
import { createJournal } from "./create.js";
import { resolvePlace, type Where } from "./place.js";

export interface StartConfig<R extends string = string> extends Where {
  role: R;
  model: string;
  chainId?: string | null | undefined;
  taskId?: string | null | undefined;
  parentSessionId?: string | null | undefined;
  metadata?: object | undefined;
  /** One path segment; made up where it is not given. */
  sessionId?: string | undefined;
  /** @internal The source's own start, where the run is imported. */
  at?: string | undefined;
}

/** @internal The data of `session.started`, for the id that it comes to. Throws INVALID_EVENT. */
export function describeStart(config: StartConfig): (sessionId: string) => object {
  check(config);
  const { role, model, chainId = null, taskId = null, parentSessionId = null, metadata, at } = config;
  return (sessionId) => ({
    formatVersion: FORMAT_VERSION,
    sessionId,
    role,
    model,
    chainId,
    taskId,
    parentSessionId,
    ...(metadata === undefined ? {} : { metadata }),
    writer: { pid: process.pid, node: process.version, version: VERSION },
    ...(at === undefined ? {} : { at }),
  });
}

/** @internal */
export function startJournal(config: StartConfig, redact?: Redact) {
  const started = describeStart(config);
  const place = resolvePlace(config);
  const { paths, writer } = createJournal(place, config.sessionId, started, redact);
  // The first record waits in the writer like any other and is folded when the state is looked at.
  return { files: place.files, paths, writer, loaded: { replay: initialState(), cursor: null, mark: 0 } };
}

function check(config: StartConfig): void {
  if (!isObject(config)) throw new TypeError("a session needs a configuration with role and model");
  for (const key of ["role", "model"] as const) {
    if (typeof config[key] !== "string" || config[key] === "")
      throw invalid(key, "a non-empty string", config[key]);
  }
  for (const key of ["chainId", "taskId", "parentSessionId"] as const) {
    const value = config[key];
    if (value !== undefined && value !== null && typeof value !== "string") {
      throw invalid(key, "a string or null", value);
    }
  }
  if (config.metadata !== undefined && !isObject(toPlain(config.metadata))) {
    throw invalid("metadata", "an object", config.metadata);
  }
}

function invalid(key: string, expected: string, value: unknown): JournalError {
  const message = `${key} must be ${expected}, but is ${describe(value)}`;
  return new JournalError("INVALID_EVENT", `The session cannot start: ${message}.`, {
    issues: [{ path: key, message, expected, received: describe(value) }],
  });
}
