/**
 * A source's bytes in order, whether they come from a file, from memory or from a stream. What has been looked at to find
 * out the format is read again from the front. Nothing is held but what was asked for.
 */
import { Buffer } from "node:buffer";
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { ImportError } from "../import-error.js";
import type { ImportSource } from "../types.js";
import { DamagedSource } from "./damaged-source.js";

const CHUNK_BYTES = 256 * 1024;
/** A document must fit into a string. */
export const MAX_DOCUMENT_BYTES = 512 * 1024 * 1024;

export interface ByteSourceOptions {
  readonly name?: string | undefined;
  readonly onProgress?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class ByteSource {
  readonly name: string;
  /** Where the bytes lie on the disk, if they do. */
  readonly path: string | null;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #onProgress: (bytes: number) => void;
  readonly #signal: AbortSignal | undefined;
  #seen: Uint8Array[] = [];
  #readBytes = 0;
  #isAtEnd = false;
  #damage: string | undefined;

  constructor(source: ImportSource, { name, onProgress, signal }: ByteSourceOptions) {
    this.path = typeof source === "string" ? source : null;
    this.name = name ?? this.path ?? "-";
    this.#onProgress = onProgress ?? (() => {});
    this.#signal = signal;
    this.#chunks = open(source);
  }

  /** Why there is nothing more, where the bytes ended before they should. */
  get damage(): string | undefined {
    return this.#damage;
  }

  /** The first bytes: at least `atLeast` of them, or all there are. They are read again later. */
  async head(atLeast: number): Promise<Buffer> {
    let bytes = lengthOf(this.#seen);
    while (!this.#isAtEnd && bytes < atLeast) {
      const chunk = await this.#pull();
      if (chunk === null) break;
      this.#seen.push(chunk);
      bytes += chunk.length;
    }
    const [only] = this.#seen;
    const head = this.#seen.length === 1 && only !== undefined ? bufferOf(only) : Buffer.concat(this.#seen);
    this.#seen = [head];
    return head;
  }

  get isAllSeen(): boolean {
    return this.#isAtEnd;
  }

  /** Everything. Throws SOURCE_TOO_LARGE before it holds more than a string may. */
  async whole(maxBytes = MAX_DOCUMENT_BYTES): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of this.chunks()) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new ImportError(
          "SOURCE_TOO_LARGE",
          `${this.name} is one document of more than ${maxBytes / 1024 / 1024} MiB, which cannot be read as a whole. Split it, or export it as lines.`,
        );
      }
      chunks.push(chunk);
    }
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? bufferOf(only) : Buffer.concat(chunks, bytes);
  }

  async *chunks(): AsyncGenerator<Uint8Array, void> {
    yield* this.#seen.splice(0);
    for (let chunk = await this.#pull(); chunk !== null; chunk = await this.#pull()) yield chunk;
  }

  /** Bytes that were taken are to be read again. */
  unread(bytes: Buffer): void {
    this.#seen.unshift(bytes);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #pull(): Promise<Uint8Array | null> {
    this.#signal?.throwIfAborted();
    try {
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        this.#isAtEnd = true;
        return null;
      }
      this.#readBytes += value.length;
      this.#onProgress(this.#readBytes);
      return value;
    } catch (cause) {
      if (cause instanceof DamagedSource) {
        this.#damage = cause.message;
        this.#isAtEnd = true;
        return null;
      }
      if (cause instanceof ImportError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ImportError("SOURCE_UNREADABLE", `${this.name} cannot be read: ${why}.`, cause);
    }
  }
}

function open(source: ImportSource): AsyncIterator<Uint8Array> {
  if (typeof source === "string") return readFile(source);
  if (source instanceof Uint8Array) return inPieces(source);
  return source[Symbol.asyncIterator]();
}

/** A file is read in plain calls, which is faster; a pipe or a device may keep whoever reads it waiting. */
async function* readFile(path: string): AsyncGenerator<Uint8Array, void> {
  const fd = openSync(path, "r");
  let isStream = false;
  try {
    if (fstatSync(fd).isFile()) {
      for (;;) {
        const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
        const got = readSync(fd, chunk);
        if (got === 0) return;
        yield chunk.subarray(0, got);
      }
    }
    isStream = true;
    yield* createReadStream(path, { fd });
  } finally {
    if (!isStream) closeSync(fd);
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
