/**
 * Says which records are durable: each seq once, in order, on a line of its own, when an fsync that began after its
 * write has returned. All that was written while one fsync ran share the next. Nothing waits for whoever reads it.
 */
import type { Session } from "../../session.js";
import type { Output } from "../terminal/output.js";

export class Acknowledger {
  readonly #session: Session;
  readonly #out: Output;
  readonly #onFailure: (error: unknown) => void;
  /** The last seq that is to be acknowledged, that is durable, and that was printed. */
  #written: number;
  #durable: number;
  #printed: number;
  /** Records that answer no line of input. */
  readonly #unasked = new Set<number>();
  #syncing: Promise<void> | null = null;
  #printing: Promise<void> | null = null;

  /** Nothing up to and with `seq` is acknowledged. */
  constructor(session: Session, out: Output, seq: number, onFailure: (error: unknown) => void) {
    this.#session = session;
    this.#out = out;
    this.#written = seq;
    this.#durable = seq;
    this.#printed = seq;
    this.#onFailure = onFailure;
  }

  /** That record answers no line of input: nobody waits for its number. To be said before it is `wrote`. */
  passOver(seq: number): void {
    this.#unasked.add(seq);
  }

  /** Everything up to and with `seq` was written and is to be acknowledged. */
  wrote(seq: number): void {
    this.#written = seq;
    if (this.#durable < seq) this.#syncing ??= this.#sync();
  }

  /** Everything up to and with `seq` is durable as it is. */
  durable(seq: number): void {
    this.#durable = Math.max(this.#durable, seq);
    this.#printing ??= this.#print();
  }

  /** Resolves when all that was written is durable, or the fsync of it has failed. */
  async synced(): Promise<void> {
    await this.#syncing;
  }

  /** Resolves when all that is durable was printed. */
  async printed(): Promise<void> {
    await this.#printing;
  }

  async #sync(): Promise<void> {
    try {
      // Lines that arrived together are synced together.
      await null;
      while (this.#durable < this.#written) {
        const target = this.#written;
        await this.#session.flush();
        this.durable(target);
      }
    } catch (error) {
      this.#onFailure(error);
    } finally {
      this.#syncing = null;
    }
  }

  async #print(): Promise<void> {
    while (this.#printed < this.#durable) {
      let text = "";
      while (this.#printed < this.#durable) {
        this.#printed += 1;
        if (!this.#unasked.delete(this.#printed)) text += `${this.#printed}\n`;
      }
      await this.#out.text(text);
      await this.#out.flush();
    }
    this.#printing = null;
  }
}
