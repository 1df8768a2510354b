/** The built program on a pseudo-terminal, and what a person sees on its screen. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { StringDecoder } from "node:string_decoder";
import xterm from "@xterm/headless";
import { onTestFinished } from "vitest";
import { program } from "./program.js";

/** Where there is none, tests skip visibly. */
export const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

export interface ScreenOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: { readonly [name: string]: string };
}

/** Starts it on a terminal of its own; `parameters` are words for a shell. */
export function open(parameters: string, options: ScreenOptions): Screen {
  const screen = new Screen(parameters, options);
  onTestFinished(() => screen.kill());
  return screen;
}

export class Screen {
  readonly #terminal: xterm.Terminal;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  /** All that it sent, as it sent it. */
  sent = "";

  constructor(parameters: string, { cwd, columns = 80, rows = 24, env = {} }: ScreenOptions) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
    // In place of the shell: one that waited would die of the Ctrl-C that the program lets its pager have.
    const line = `stty cols ${columns} rows ${rows}; exec "${process.execPath}" "${program}" ${parameters}`;
    const clean: NodeJS.ProcessEnv = { ...process.env, TERM: "xterm-256color", TZ: "UTC" };
    for (const name of [
      "NO_COLOR",
      "FORCE_COLOR",
      "CHORAGEN_SESSIONS_DIR",
      "PAGER",
      "LESS",
      "COLUMNS",
      "CI",
      "NODE_OPTIONS",
    ]) {
      delete clean[name];
    }
    this.#child = spawn("script", ["-qefc", line, "/dev/null"], { cwd, env: { ...clean, ...env } });
    const decoder = new StringDecoder("utf8");
    this.#child.stdout.on("data", (bytes: Buffer) => {
      this.sent += decoder.write(bytes);
      this.#terminal.write(bytes);
    });
    this.#child.stdin.on("error", () => {});
    this.ended = once(this.#child, "close").then(([status]) => status as number | null);
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** All lines so far, those that scrolled away too, without blanks at their ends. */
  get lines(): string[] {
    const { active } = this.#terminal.buffer;
    const all = Array.from(
      { length: active.length },
      (_, at) => active.getLine(at)?.translateToString(true) ?? "",
    );
    while (all.at(-1) === "") all.pop();
    return all;
  }

  /** What is on the screen now. */
  get visible(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      return active.getLine(active.viewportY + row)?.translateToString(true) ?? "";
    });
  }

  /** What went on in a row of its own because it was longer than the screen is wide. */
  get tooLong(): string[] {
    const { active } = this.#terminal.buffer;
    return this.lines.filter((_, at) => active.getLine(at)?.isWrapped === true);
  }

  /** Whether anything is drawn in a colour. */
  get hasColour(): boolean {
    return this.lines.some((_, at) => this.isColoured(at));
  }

  /** Whether any character of the line is drawn in a colour. */
  isColoured(at: number): boolean {
    const line = this.#terminal.buffer.active.getLine(at);
    return Array.from({ length: line?.length ?? 0 }, (_, column) => line?.getCell(column)).some(
      (cell) => cell !== undefined && !cell.isFgDefault(),
    );
  }

  async until(isThere: (screen: this) => boolean): Promise<void> {
    const deadline = performance.now() + 15_000;
    while (!isThere(this)) {
      if (performance.now() > deadline) throw new Error(`it never came:\n${this.lines.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Its exit status, when all that it sent is drawn. */
  async end(): Promise<number | null> {
    const status = await this.ended;
    await new Promise<void>((resolve) => this.#terminal.write("", resolve));
    return status;
  }
}
