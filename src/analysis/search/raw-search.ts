/**
 * Whether anything in a journal may be what is searched for: its bytes are looked through as they lie, and only lines that
 * may hold it are looked at. Nothing is verified here: what is found is read again, by whoever shows it.
 */
import { Buffer } from "node:buffer";
import type { Files } from "../../files/files.js";
import type { Steps } from "../../files/steps.js";
import { LINE_FEED, MAX_LINE_BYTES } from "../../journal/line.js";
import type { EncodedForms } from "./encoded-forms.js";

const WINDOW_BYTES = 256 * 1024;

export class RawSearch {
  readonly #files: Files;
  readonly #forms: EncodedForms;
  readonly #isMeant: (line: Buffer) => boolean;
  /** Used for one journal after the other. */
  #window = Buffer.allocUnsafeSlow(WINDOW_BYTES);

  /** `isMeant` is asked of each line that may hold it, valid during the call. */
  constructor(files: Files, forms: EncodedForms, isMeant: (line: Buffer) => boolean) {
    this.#files = files;
    this.#forms = forms;
    this.#isMeant = isMeant;
  }

  /** True at the first line that is meant, or at one that is too long to be a record. What no line feed ends is no line. */
  *run(fd: number, onProgress?: (bytes: number) => void): Steps<boolean> {
    let filled = 0;
    let searched = 0;
    for (let offset = 0; ; ) {
      const room = this.#window.length - filled;
      const got = this.#files.read(fd, this.#window, filled, room, offset);
      if (got === 0) return false;
      offset += got;
      filled += got;
      const end = this.#window.subarray(searched, filled).lastIndexOf(LINE_FEED) + 1 + searched;
      if (end > searched) {
        if (this.#searchLines(this.#window.subarray(0, end))) return true;
        this.#window.copyWithin(0, end, filled);
        filled -= end;
      }
      searched = filled;
      if (filled >= MAX_LINE_BYTES) return true;
      this.#fit(filled);
      onProgress?.(offset);
      yield { kind: "pause" };
    }
  }

  #searchLines(lines: Buffer): boolean {
    for (let at = this.#forms.next(lines, 0); at !== -1; ) {
      const start = lines.lastIndexOf(LINE_FEED, at) + 1;
      const end = lines.indexOf(LINE_FEED, at);
      if (this.#isMeant(lines.subarray(start, end))) return true;
      at = this.#forms.next(lines, end);
    }
    return false;
  }

  /** Grows with the line that is under way, and shrinks behind it. */
  #fit(filled: number): void {
    const isFull = filled > this.#window.length / 2;
    const isTooLarge = this.#window.length > WINDOW_BYTES && filled < WINDOW_BYTES / 2;
    if (!isFull && !isTooLarge) return;
    const window = Buffer.allocUnsafeSlow(isFull ? this.#window.length * 2 : WINDOW_BYTES);
    this.#window.copy(window, 0, 0, filled);
    this.#window = window;
  }
}
