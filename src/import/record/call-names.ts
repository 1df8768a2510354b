/**
 * Pairs calls with their results by the source's ids. In a journal an open id cannot be started again and a result needs
 * an open call; a source may do both. So a second call under an open id gets a name of its own, and results go to the
 * oldest open call of their id, or to the latest in journals of this library, where that is what they mean.
 */

/** The open calls of one source id. */
interface OpenCalls {
  /** Oldest first; those before `head` have finished. */
  readonly names: string[];
  head: number;
  /** How many calls there have been since the last time that none was open. */
  copies: number;
}

export class CallNames {
  readonly #open = new Map<string, OpenCalls>();
  readonly #taken = new Set<string>();
  readonly #first: "oldest" | "latest";
  #nameless = 0;
  #undo: () => void = () => {};

  /** Which of several open calls of one id a result belongs to. */
  constructor(first: "oldest" | "latest" = "oldest") {
    this.#first = first;
  }

  get openCount(): number {
    return this.#taken.size;
  }

  /** The callId under which the call is recorded. */
  start(sourceId: string | undefined): string {
    const wanted = sourceId ?? `call-${++this.#nameless}`;
    const open = this.#open.get(wanted) ?? { names: [], head: 0, copies: 0 };
    this.#open.set(wanted, open);
    let name: string;
    do {
      open.copies += 1;
      name = open.copies === 1 ? wanted : `${wanted}~${open.copies}`;
      // What the source itself calls so may be open.
    } while (this.#taken.has(name));
    this.#taken.add(name);
    open.names.push(name);
    this.#undo = () => {
      this.#taken.delete(name);
      open.names.pop();
      this.#forgetIfNone(wanted, open);
    };
    return name;
  }

  /** What was last started or finished could not be recorded. */
  undo(): void {
    this.#undo();
    this.#undo = () => {};
  }

  /** The callId that finishes; undefined where the source has no open call of this id. */
  finish(sourceId: string | undefined): string | undefined {
    if (sourceId === undefined) return undefined;
    const open = this.#open.get(sourceId);
    const name = this.#first === "oldest" ? open?.names[open.head] : open?.names.at(-1);
    if (name === undefined || open === undefined) return undefined;
    if (this.#first === "oldest") open.head += 1;
    else open.names.pop();
    this.#taken.delete(name);
    this.#forgetIfNone(sourceId, open);
    this.#undo = () => {
      this.#taken.add(name);
      if (this.#first === "oldest") open.head -= 1;
      else open.names.push(name);
      this.#open.set(sourceId, open);
    };
    return name;
  }

  #forgetIfNone(sourceId: string, { names, head }: OpenCalls): void {
    if (names.length === head) this.#open.delete(sourceId);
  }
}
