/**
 * Which operation of an in-memory file system goes wrong, and how: the count of operations, the faults
 * planned for some of them, and the simulated death of the process. What an operation does is not known
 * here; a fault only decides whether it happens, in part or in full, and what is thrown.
 */
import { errnoError } from "./errno.js";

export type FileMethod =
  | "open"
  | "read"
  | "write"
  | "truncate"
  | "stat"
  | "statPath"
  | "sync"
  | "syncLater"
  | "syncDirectory"
  | "rename"
  | "moveAside"
  | "remove"
  | "list"
  | "makeDirectory"
  | "removeDirectory"
  | "tryLock";

/** One call of the seam; `n` counts from 1. `close` and `watch` are not counted. */
export interface FileOperation {
  readonly n: number;
  readonly method: FileMethod;
  /** The path given, or the one that the descriptor was opened with. */
  readonly path: string;
}

/**
 * What goes wrong at an operation:
 * - `fail`: it throws an error with that `code` (and `errno`, where the platform has no name for it) and
 *   does nothing; of a write, the first `keepBytes` bytes are written all the same.
 * - `short-write`: a write takes only the first `keepBytes` bytes and says so; other operations are as usual.
 * - `failed-sync`: a `sync` or `syncLater` throws (EIO unless `code` is given) and what it should have saved
 *   is dropped from the page cache: still readable, but no later sync makes it durable although it says so. A
 *   `syncDirectory` only throws; its names stay unsynced. Other operations are as usual.
 * - `crash`: the process dies: the operation and every later one throw `SimulatedCrash`. It is not done; with
 *   `done: true` it is, and of a write the first `keepBytes` bytes are.
 */
export type Fault =
  | { readonly kind: "fail"; readonly code: string; readonly errno?: number; readonly keepBytes?: number }
  | { readonly kind: "short-write"; readonly keepBytes: number }
  | { readonly kind: "failed-sync"; readonly code?: string; readonly errno?: number }
  | { readonly kind: "crash"; readonly done?: boolean; readonly keepBytes?: number };

/** The process died here. It is no error of a file system: nothing may handle it but the test. */
export class SimulatedCrash extends Error {
  override readonly name = "SimulatedCrash";
  constructor(readonly operation: FileOperation) {
    super(`The process died at file operation ${operation.n}: ${operation.method} ${operation.path}`);
  }
}

/** How to do an operation: in full, or, for a write, no more than its first bytes. */
type Act<T> = (keepBytes?: number) => T;

/** The faults of one `MemoryFiles`. */
export class FaultPlan {
  /** How many operations there were. */
  operations = 0;
  /** How many faults have taken effect. */
  fired = 0;
  /** Every operation from now on, once this is an array. */
  log: FileOperation[] | undefined;
  /** Asked at each operation for which no fault is planned; what it returns goes wrong. */
  intercept: ((operation: FileOperation) => Fault | undefined) | undefined;
  readonly #planned = new Map<number, Fault>();
  #forgotten = 0;
  #death: FileOperation | undefined;

  /** Operation `n`, counted from 1 since the file system was made, goes wrong in this way. */
  at(n: number, fault: Fault): void {
    this.#planned.set(n, fault);
  }

  /** The next operation goes wrong in this way. */
  next(fault: Fault): void {
    this.at(this.operations + 1, fault);
  }

  /** Nothing goes wrong any more: planned faults and `intercept` are forgotten. The dead stay dead. */
  heal(): void {
    this.#forgotten += this.#planned.size;
    this.#planned.clear();
    this.intercept = undefined;
  }

  /** How many planned faults were never reached: there were too few operations, or `heal` came before. */
  get unreached(): number {
    return this.#forgotten + this.#planned.size;
  }

  /** Whether a fault has killed the process. */
  get hasCrashed(): boolean {
    return this.#death !== undefined;
  }

  /**
   * Counts an operation and does it, unless a fault is due.
   * @internal
   */
  run<T>(method: FileMethod, path: string, act: Act<T>): T {
    return this.finish(this.begin(method, path), act);
  }

  /**
   * Counts an operation and returns what is to go wrong with it.
   * @internal
   */
  begin(method: FileMethod, path: string): DueFault | undefined {
    this.assertAlive();
    this.operations += 1;
    if (this.#planned.size === 0 && this.intercept === undefined && this.log === undefined) return undefined;
    const operation = { n: this.operations, method, path };
    this.log?.push(operation);
    const fault = this.#planned.get(operation.n) ?? this.intercept?.(operation);
    this.#planned.delete(operation.n);
    if (fault === undefined || !concerns(fault, method)) return undefined;
    this.fired += 1;
    return { fault, operation };
  }

  /**
   * Does an operation as far as what is due at it allows; `drop` is what a failed sync does.
   * @internal
   */
  finish<T>(due: DueFault | undefined, act: Act<T>, drop?: () => void): T {
    if (due === undefined) return act();
    const { fault, operation } = due;
    const isWrite = operation.method === "write";
    if (fault.kind === "short-write") return act(fault.keepBytes);
    if (fault.kind === "crash") {
      this.#death = operation;
      try {
        if (fault.done || (isWrite && fault.keepBytes !== undefined)) act(fault.keepBytes);
      } catch {
        // The operation would have failed by itself; nobody is left to hear of it.
      }
      throw new SimulatedCrash(operation);
    }
    if (fault.kind === "failed-sync") drop?.();
    else if (isWrite && fault.keepBytes !== undefined) act(fault.keepBytes);
    throw errnoError(fault.code ?? "EIO", syscallOf(operation.method), operation.path, fault.errno);
  }

  /**
   * @throws SimulatedCrash once the process is dead.
   * @internal
   */
  assertAlive(): void {
    if (this.#death !== undefined) throw new SimulatedCrash(this.#death);
  }
}

/** A fault and the operation that it is due at. */
export interface DueFault {
  readonly fault: Fault;
  readonly operation: FileOperation;
}

function concerns(fault: Fault, method: FileMethod): boolean {
  if (fault.kind === "short-write") return method === "write";
  if (fault.kind === "failed-sync") return method.startsWith("sync");
  return true;
}

const syscalls: Partial<Record<FileMethod, string>> = {
  truncate: "ftruncate",
  stat: "fstat",
  statPath: "lstat",
  sync: "fdatasync",
  syncLater: "fdatasync",
  syncDirectory: "fsync",
  moveAside: "rename",
  remove: "unlink",
  list: "scandir",
  makeDirectory: "mkdir",
  removeDirectory: "rmdir",
  tryLock: "fcntl",
};

function syscallOf(method: FileMethod): string {
  return syscalls[method] ?? method;
}
