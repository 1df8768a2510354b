/** Processes of this room's own programs. Whatever a test starts ends with the test. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export function programPath(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
}

export class Process {
  readonly pid: number;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  errors = "";

  constructor(command: string, parameters: readonly string[]) {
    const child = spawn(command, parameters, { stdio: "pipe" });
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.stdin.on("error", () => {});
    child.stderr.on("data", (text) => {
      this.errors += text;
    });
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    onTestFinished(() => void child.kill("SIGKILL"));
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`it printed nothing more: ${this.errors}`);
    return value;
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await new Promise((resolve) => this.#child.once("exit", resolve));
    }
    return this.#child.exitCode;
  }
}

/** One of this room's programs. */
export function startProgram(name: string, ...parameters: string[]): Process {
  return new Process(process.execPath, [programPath(name), ...parameters]);
}
