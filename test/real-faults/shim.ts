/** Compiles `shim.c`, which is put between a program and its libc. */
import { fileURLToPath } from "node:url";
import { command } from "./command.js";
import type { Room } from "./room.js";

const source = fileURLToPath(new URL("../../test/real-faults/shim.c", import.meta.url));

/** The library, to be named in LD_PRELOAD. */
export function buildShim(room: Room): string {
  const library = room.path("shim.so");
  command("gcc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source);
  return library;
}
