/**
 * The state before the first record, and a copy of a state that can be folded further without touching the
 * original. The order of the keys is the order of `toJSON()` and of the snapshot.
 */
import type { ReplayState } from "./types.js";

/** A new state; it shares nothing with any other. `id`, `role`, `model` and `startTime` are "" until `session.started`. */
export function initialState(): ReplayState {
  return {
    state: {
      id: "",
      role: "",
      model: "",
      chainId: null,
      taskId: null,
      startTime: "",
      endTime: null,
      outcome: null,
      tokenUsage: { input: 0, output: 0, total: 0 },
      messages: [],
      toolCalls: [],
      parentSessionId: null,
      status: "running",
      lastTurnIndex: 0,
      childSessionIds: [],
      errors: [],
      notes: [],
    },
    open: createTable(),
    responses: createTable(),
  };
}

/**
 * A state that may be folded further while the original stays as it is. Only the arrays and tables are
 * copied: the reducer replaces elements and never changes one in place, so they can be shared.
 */
export function copyState(from: ReplayState): ReplayState {
  const { state } = from;
  return {
    state: {
      ...state,
      messages: state.messages.slice(),
      toolCalls: state.toolCalls.slice(),
      childSessionIds: state.childSessionIds.slice(),
      errors: state.errors.slice(),
      notes: state.notes.slice(),
    },
    open: Object.assign(createTable<number>(), from.open),
    responses: Object.assign(createTable<ReplayState["responses"][string]>(), from.responses),
    ...(from.blobs === undefined ? {} : { blobs: from.blobs.slice() }),
  };
}

/** A table keyed by foreign text: without a prototype, so that an id like "constructor" is only an id. */
export function createTable<T>(): { [key: string]: T } {
  return Object.create(null) as { [key: string]: T };
}

/** What stands in the table itself under that key; a table parsed from JSON has a prototype to be passed over. */
export function lookUp<T>(table: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Sets a key of a table, even "__proto__" in a table parsed from JSON. */
export function put<T>(table: { [key: string]: T }, key: string, value: T): void {
  if (key !== "__proto__") table[key] = value;
  else Object.defineProperty(table, key, { value, enumerable: true, configurable: true, writable: true });
}
