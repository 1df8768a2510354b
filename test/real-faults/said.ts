/** What a recording process prints, line by line. */

/** An error as the recorder tells it; `system` is the code that the system gave, "" where it gave none. */
export interface Told {
  readonly code: string;
  readonly reason: string;
  readonly system: string;
  readonly message: string;
}

export interface Done {
  readonly done: string;
  readonly result?: unknown;
  readonly error?: Told;
  /** What `health` claims to be on stable storage, and whether it says that recording fails. */
  readonly durable: number;
  readonly isFailing: boolean;
}

export type Said =
  | { readonly ready: true }
  | { readonly n: number; readonly bytes: number; readonly seq: number }
  | { readonly told: Told }
  | Done;
