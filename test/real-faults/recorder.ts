/** A process that records, seen from outside: told what to do line by line; all that it acknowledges goes to the ledger. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { hold } from "./fault-case.js";
import type { Ledger } from "./ledger.js";
import type { Room } from "./room.js";
import type { Done, Said, Told } from "./said.js";

const program = fileURLToPath(new URL("programs/recording.js", import.meta.url));

export const SESSION = "faulty";

export interface RecorderOptions {
  readonly sessionsDir: string;
  readonly ledger: Ledger;
  readonly durability?: "process" | "boundary" | "always";
  /** What runs Node: a command that sets a limit, and so on. */
  readonly through?: readonly string[];
  readonly env?: { readonly [name: string]: string };
}

export class Recorder {
  readonly child: ChildProcess;
  /** What `onFailure` was told, and what became a warning of the process. */
  readonly told: Told[] = [];
  readonly ended: Promise<void>;
  readonly #ledger: Ledger;
  #errors = "";
  #waiting: ((done: Done) => void) | null = null;
  #fail: ((error: Error) => void) | null = null;

  private constructor(room: Room, options: RecorderOptions, ready: () => void) {
    const { sessionsDir, durability = "boundary", through = [], env = {}, ledger } = options;
    const parameters = [process.execPath, program, sessionsDir, SESSION, durability];
    const [first = "", ...rest] = [...through, ...parameters];
    const child = room.own(spawn(first, rest, { stdio: "pipe", env: { ...process.env, ...env } }));
    this.child = child;
    this.#ledger = ledger;
    child.stderr.on("data", (text) => {
      this.#errors += text;
    });
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line) as Said;
      if ("ready" in said) ready();
      else this.#hear(said);
    });
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.#errors += error.message;
        resolve();
      });
      child.once("close", () => resolve());
    });
    void this.ended.then(() => this.#fail?.(new Error(`the recording process ended: ${this.#errors}`)));
  }

  /** Resolves when it is ready to be told. */
  static async start(room: Room, options: RecorderOptions): Promise<Recorder> {
    const { promise, resolve } = once();
    const recorder = new Recorder(room, options, resolve);
    await Promise.race([promise, recorder.ended]);
    const { exitCode, signalCode } = recorder.child;
    if (exitCode !== null || signalCode !== null)
      throw new Error(`the recording process did not start: ${recorder.#errors}`);
    return recorder;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  #hear(said: Exclude<Said, { ready: true }>): void {
    if ("n" in said) {
      this.#ledger.acknowledge(said.n, said.seq, said.bytes);
      return;
    }
    if ("told" in said) {
      this.told.push(said.told);
      this.#failed(said.told);
      return;
    }
    this.#ledger.promise(said.durable);
    if (said.error !== undefined) this.#failed(said.error);
    this.#waiting?.(said);
    this.#waiting = null;
    this.#fail = null;
  }

  #failed({ system }: Told): void {
    if (system !== "") this.#ledger.codes.add(system);
  }

  /** Sends a command, and resolves when it is done, well or not. */
  async attempt(command: string): Promise<Done> {
    return await new Promise<Done>((resolve, reject) => {
      this.#waiting = resolve;
      this.#fail = reject;
      this.child.stdin?.write(`${command}\n`);
    });
  }

  /** The same of a command that has to go well. Resolves to what it gave. */
  async do(command: string): Promise<unknown> {
    const { error, result } = await this.attempt(command);
    hold(error === undefined, () => `${command}: ${error?.message}`);
    return result;
  }

  /** The same of a command that has to be refused: with that code, and the reason where one is given. */
  async refused(command: string, code: string, reason?: string): Promise<Told> {
    const { error, result } = await this.attempt(command);
    hold(error !== undefined, () => `${command} went well, silently: ${JSON.stringify(result)}`);
    hold(
      error.code === code && (reason === undefined || error.reason === reason),
      () =>
        `${command} should say ${code} (${reason}), and said ${error.code} (${error.reason}): ${error.message}`,
    );
    return error;
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}

function once(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
