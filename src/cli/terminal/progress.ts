/**
 * Shows on a terminal how far long work has come, and takes it away again. It writes to standard error, only where
 * that is a terminal, and nothing while the work is short. Lines that are printed meanwhile stay whole: the spinner
 * makes way for whatever goes to standard output or standard error. It does not know what the work is.
 */
import { fstatSync } from "node:fs";
import type { WriteStream } from "node:tty";
import type { Spinner } from "yocto-spinner";
import { safeLine } from "../../text/safe-text.js";
import { formatBytes, formatCount } from "../view/figures.js";
import { cutToWidth } from "./width.js";

export interface Progress {
  /** How far it has come, of how much where that is known, and what it is at. It costs little and may be called often. */
  at(done: number, total?: number, name?: string): void;
  /** Takes it off the screen. What is told afterwards is not shown; it may be called twice. */
  end(): void;
}

export interface ProgressOptions {
  /** What is counted; pieces unless it says otherwise. */
  readonly unit?: "bytes";
  readonly terminal?: WriteStream;
}

/** Work that is done sooner shows nothing, and loads nothing. */
const PATIENCE_MS = 300;
const REDRAW_MS = 100;
/** The spinner itself, the blank behind it, and the last column, in which some terminals wrap. */
const SPINNER_COLUMNS = 3;
const USUAL_COLUMNS = 80;

/** `doing` is a word or two: "verifying". Always `end` it, in a `finally`. */
export function startProgress(doing: string, options: ProgressOptions = {}): Progress {
  const { terminal = process.stderr, unit } = options;
  return canRedraw(terminal)
    ? new TerminalProgress(doing, terminal, unit === "bytes" ? formatBytes : formatCount)
    : NOTHING;
}

const NOTHING: Progress = { at: () => {}, end: () => {} };

/** Not where the output goes into a pipe: what reads it (`| less`) may be drawing on the same terminal. */
function canRedraw(terminal: WriteStream): boolean {
  if (terminal.isTTY !== true || process.env.TERM === "dumb" || "CI" in process.env) return false;
  if (process.stdout.isTTY) return true;
  const output = fstatSync(process.stdout.fd);
  return !output.isFIFO() && !output.isSocket();
}

class TerminalProgress implements Progress {
  readonly #doing: string;
  readonly #terminal: WriteStream;
  readonly #format: (amount: number) => string;
  #timer: NodeJS.Timeout;
  #spinner: Spinner | null = null;
  #isEnded = false;
  #done = 0;
  #total: number | undefined;
  #name: string | undefined;

  constructor(doing: string, terminal: WriteStream, format: (amount: number) => string) {
    this.#doing = doing;
    this.#terminal = terminal;
    this.#format = format;
    this.#timer = setTimeout(() => void this.#show(), PATIENCE_MS);
    this.#timer.unref();
  }

  at(done: number, total?: number, name?: string): void {
    this.#done = done;
    this.#total = total;
    this.#name = name;
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    process.off("exit", this.#takeAway);
    this.#takeAway();
  }

  async #show(): Promise<void> {
    const { default: createSpinner } = await import("yocto-spinner");
    if (this.#isEnded) return;
    const spinner = createSpinner({ text: this.#text(), stream: this.#terminal });
    this.#spinner = spinner;
    // Whatever ends the process, the cursor is to be seen again.
    process.once("exit", this.#takeAway);
    spinner.start();
    this.#timer = setInterval(() => {
      spinner.text = this.#text();
    }, REDRAW_MS);
    this.#timer.unref();
  }

  readonly #takeAway = (): void => {
    this.#spinner?.stop();
    this.#spinner = null;
  };

  /** On one line: what wraps cannot be taken away where the window has been made narrower meanwhile. */
  #text(): string {
    const total = this.#total === undefined ? "" : ` of ${this.#format(this.#total)}`;
    const name = this.#name === undefined ? "" : `  ${safeLine(this.#name)}`;
    const text = `${this.#doing} ${this.#format(this.#done)}${total}${name}`;
    return cutToWidth(text, (this.#terminal.columns || USUAL_COLUMNS) - SPINNER_COLUMNS);
  }
}
