/** Runs the system's own commands to their end. */
import { spawnSync } from "node:child_process";

const LIMIT_MS = 20_000;

export interface Ran {
  readonly ok: boolean;
  readonly output: string;
  readonly errors: string;
}

/** Never throws; a command that is not there has failed like any other. */
export function tryCommand(command: string, ...parameters: string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, {
    encoding: "utf8",
    timeout: LIMIT_MS,
    env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin`, LC_ALL: "C" },
  });
  return { ok: status === 0, output: stdout ?? "", errors: error?.message ?? stderr?.trim() ?? "" };
}

export function command(name: string, ...parameters: string[]): string {
  const { ok, output, errors } = tryCommand(name, ...parameters);
  if (!ok) throw new Error(`${[name, ...parameters].join(" ")}: ${errors}`);
  return output;
}
