/** What a machine must be able to do for a case, found out by doing it; and what to do where it cannot. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, tryCommand } from "./command.js";
import type { Room } from "./room.js";
import { buildShim } from "./shim.js";

/** Each says why it cannot be had; null where it can. */
const probes = {
  mount: (room) => said(() => room.tmpfs("probe-tmpfs", 2 ** 20), "root, or a kernel that lets users mount"),
  loop: (room) => {
    const image = room.path("probe-image");
    return said(() => room.ext4("probe-ext4", image, 2 ** 23), "root, loop devices and e2fsprogs");
  },
  strace: (room) => said(() => failOneSync(room), "strace, and the right to trace processes"),
  gcc: (room) => said(() => probeShim(room), "gcc, and Node linked to the system's libc"),
  prlimit: () => said(() => command("prlimit", "--nofile"), "prlimit, of util-linux"),
  "permissions that bind": () => said(probePermissions, "not to be root, or setpriv, of util-linux"),
  signals: () => (process.platform === "win32" ? "POSIX signals" : null),
} satisfies { readonly [need: string]: (room: Room) => string | null };

export type Need = keyof typeof probes;

const found = new Map<Need, string | null>();

/** What is missing, and why it is; null where all is there. Probed once, in a room of its own. */
export function missing(needs: readonly Need[], newRoom: () => Room): string | null {
  for (const need of needs) {
    if (!found.has(need)) {
      const room = newRoom();
      try {
        found.set(need, probes[need](room));
      } finally {
        room.leave();
      }
    }
    const why = found.get(need);
    if (typeof why === "string") return why;
  }
  return null;
}

/** Root is refused nothing; without these two capabilities it is. */
export function heedingPermissions(): string[] {
  if (process.getuid?.() !== 0) return [];
  return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"];
}

function said(attempt: () => unknown, needed: string): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    // The last words say what is wrong; what is before them names the room's own paths.
    const why = (error as Error).message.trim().split("\n")[0]?.split(": ").slice(1).join(": ");
    return `needs ${needed} (${why})`;
  }
}

function failOneSync(room: Room): void {
  const path = room.path("probe-sync");
  writeFileSync(path, "x");
  const injection = ["-qq", "-f", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO"];
  command("strace", "-qq", "-e", "trace=none", "true");
  if (tryCommand("strace", ...injection, "sync", "-d", path).ok) throw new Error("strace injects nothing");
  // A process that is no child of the tracer's may be closed to it.
  const scope = tryCommand("cat", "/proc/sys/kernel/yama/ptrace_scope").output.trim();
  if (Number(scope) >= 2 || (scope === "1" && process.getuid?.() !== 0))
    throw new Error(`kernel.yama.ptrace_scope is ${scope}`);
}

function probeShim(room: Room): void {
  const clock = join(room.folder, "clock");
  writeFileSync(clock, String(10 * 366 * 86_400));
  const shimmed = ["env", `LD_PRELOAD=${buildShim(room)}`, `SHIM_CLOCK=${clock}`, process.execPath];
  const [program = "", ...parameters] = [...shimmed, "-p", "new Date().getFullYear()"];
  const year = Number(command(program, ...parameters));
  if (year < new Date().getFullYear() + 9) throw new Error("what is preloaded has no effect");
}

function probePermissions(): void {
  const [program, ...parameters] = heedingPermissions();
  if (program !== undefined) command(program, ...parameters, process.execPath, "-e", "0");
  else readFileSync("/dev/null");
}
