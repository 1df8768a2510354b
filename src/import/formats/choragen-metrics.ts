/** choragen's log of tasks and chains: what happened to the work, not what an agent said. It becomes one session of notes. */
import { begin, note } from "../entries.js";
import { has, membersOf, textOf } from "../foreign-values.js";
import type { Entry, LineFormat, LineReader } from "../types.js";

const FORMAT = "choragen-metrics";
const SESSION = "main";

export const choragenMetrics: LineFormat = {
  name: FORMAT,
  title: "choragen metrics",
  mark: "lines with eventType, entityType, entityId and timestamp",
  layout: "lines",
  detect: (records) =>
    records.some((record) => has(record, "eventType", "entityType", "entityId", "timestamp")),
  open: (digest) => new MetricsReader(digest),
};

class MetricsReader implements LineReader {
  readonly #digest: string;
  #hasBegun = false;

  constructor(digest: string) {
    this.#digest = digest;
  }

  *read(value: unknown): Generator<Entry, void> {
    const record = membersOf(value);
    const at = textOf(record.timestamp);
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      const sourceId = textOf(record.id) ?? this.#digest;
      yield begin(SESSION, { sourceId, startTime: at, role: "choragen", model: "none", metadata: {} });
    }
    yield note(SESSION, FORMAT, record.eventType, record, { at });
  }

  *end(): Generator<Entry, void> {
    if (this.#hasBegun) yield { kind: "end", session: SESSION };
  }
}
