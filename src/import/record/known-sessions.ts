/**
 * What is known of sessions across the sources of one import, by the names that the sources give them: their ids, who
 * started whom, and what an index beside the sources says of them.
 */
import { isSessionId } from "../../store/id.js";
import type { ForeignHeader, FormatName } from "../types.js";
import { importedSessionId } from "./session-id.js";

export class KnownSessions {
  readonly #ids = new Map<string, string>();
  readonly #parents = new Map<string, string>();
  readonly #children = new Map<string, Set<string>>();
  readonly #indexed = new Map<string, unknown>();

  idOf(sourceId: string): string | undefined {
    return this.#ids.get(sourceId);
  }

  /** A source id may have other names, as the keys of an index are. */
  setId(sourceId: string, id: string): void {
    this.#ids.set(sourceId, id);
  }

  parentOf({ sourceId, parent }: ForeignHeader): string | undefined {
    return parent ?? this.#parents.get(sourceId);
  }

  setParent(sourceId: string, parent: string): void {
    this.#parents.set(sourceId, parent);
    const children = this.#children.get(parent) ?? new Set();
    this.#children.set(parent, children.add(sourceId));
  }

  childrenOf(sourceId: string): Iterable<string> {
    return this.#children.get(sourceId) ?? [];
  }

  /** What an index says of a session, to be kept with it. */
  indexedOf(sourceId: string): unknown {
    return this.#indexed.get(sourceId);
  }

  setIndexed(sourceId: string, entry: unknown): void {
    this.#indexed.set(sourceId, entry);
  }
}

/** What the library wrote itself keeps its id. */
export function sessionIdFor(format: FormatName, header: ForeignHeader): string {
  return header.isOurs === true && isSessionId(header.sourceId)
    ? header.sourceId
    : importedSessionId(format, header);
}
