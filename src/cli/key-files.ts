/** Keys in files, as options name them. What is wrong with one is told without showing anything of it. */
import { readFileSync, statSync } from "node:fs";
import { readPrivateKey, readPublicKeys } from "../signing/keys.js";
import { missing, usageError } from "./errors.js";

/** A key is a few lines; a file given by mistake may be anything. */
const MOST_BYTES = 64 * 1024;

/** The text of a file with an Ed25519 public key, or several in PEM. */
export function readPublicKeyFile(option: string, path: string): string {
  const text = readKeyFile(option, path);
  checked(option, () => readPublicKeys(text, path));
  return text;
}

/** The text of a file with an Ed25519 private key in PEM; `say` is told where others can read it too. */
export function readPrivateKeyFile(option: string, path: string, say: (message: string) => void): string {
  const text = readKeyFile(option, path);
  checked(option, () => readPrivateKey(text, path));
  const { mode } = statSync(path);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    say(
      `${path} can be read by others (mode ${(mode & 0o777).toString(8)}): whoever has the key can sign; chmod 600`,
    );
  }
  return text;
}

function readKeyFile(option: string, path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw usageError(`--${option}: ${path} has ${size} bytes; that is no key`);
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw missing(`--${option}: ${path} cannot be read: ${why}`);
  }
}

function checked(option: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageError(`--${option}: ${error.message}`);
  }
}
