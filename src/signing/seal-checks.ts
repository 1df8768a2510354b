/**
 * What the seals of a journal prove to somebody who has the public key: which records stand as their writer left them,
 * and which do not say so. It takes the records in order, each once, and keeps what the next seals are held against.
 */
import { Buffer } from "node:buffer";
import { verify } from "node:crypto";
import { claimsOf, isSeal, type SealClaims, type SealData, sealStatement } from "../event/seal.js";
import type { JournalRecord } from "../event/types.js";
import type { Problem } from "../journal/record-checks.js";
import { type NamedKey, readPublicKeys } from "./keys.js";
import type { PublicKey, Seals, SeqRange } from "./types.js";

/** Where a record's line begins, and the hash of the record before it ("" before the first). */
export interface RecordPlace {
  readonly byteOffset: number;
  readonly hashBefore: string;
}

const MOST_RANGES = 100;
/** A write holds two records at most, and the seal that is due behind them. */
const MOST_PER_WRITE = 2;
const LAST_WORDS: ReadonlySet<string> = new Set(["session.ended", "writer.closed"]);

export class SealChecks {
  readonly #keys: readonly NamedKey[];
  readonly #note: (problem: Problem) => void;
  #valid = 0;
  #last: (SealData & SealClaims) | null = null;
  readonly #unsealed: SeqRange[] = [];
  /** Behind the last valid seal: the first record there, and where it begins. */
  #openSeq = 1;
  #openOffset = 0;
  #seq = 0;
  /** What the first record says. */
  #start: JournalRecord["data"] = {};
  #lastWord = "";
  /** The last repair that there was; 0 where there was none. */
  #repairedSeq = 0;

  /** Throws a TypeError for what is no Ed25519 public key. */
  constructor(publicKey: PublicKey | readonly PublicKey[], note: (problem: Problem) => void) {
    this.#keys = readPublicKeys(publicKey);
    this.#note = note;
  }

  /** The record as it stands in the file. */
  add(record: JournalRecord, place: RecordPlace): void {
    const { seq, type, data } = record;
    if (seq === 1) this.#start = data;
    if (seq === this.#openSeq) this.#openOffset = place.byteOffset;
    this.#seq = seq;
    if (!isSeal(record)) {
      this.#lastWord = type;
      if (type === "journal.repaired") this.#repairedSeq = seq;
      return;
    }
    const claims = claimsOf(record);
    const fault = this.#findFault(record, claims, place.hashBefore);
    if (fault === null && claims !== null) this.#accept(claims);
    else this.#note({ ...(fault as Fault), seq, byteOffset: place.byteOffset });
  }

  /**
   * `isWhole` says that no break is behind the last record that was added; `isBeingWritten` looks whether somebody holds
   * the writer's lock, so that more may come, a seal too.
   */
  conclude(isWhole: boolean, isBeingWritten: () => boolean): Seals {
    if (this.#seq > 0) this.#concludeEnd(isWhole, isBeingWritten());
    return {
      valid: this.#valid,
      sealedSeq: this.#last?.seq ?? 0,
      sealedAt: this.#last?.time ?? null,
      unsealed: this.#unsealed,
    };
  }

  #concludeEnd(isWhole: boolean, isBeingWritten: boolean): void {
    const [fromSeq, toSeq] = [this.#openSeq, this.#seq];
    if (this.#valid === 0) {
      this.#addRange(fromSeq, toSeq);
      if (!isBeingWritten)
        this.#noteAt(fromSeq, "NOT_SEALED", "No seal in it was made with the key that was given.");
    } else if (fromSeq <= toSeq) {
      this.#addRange(fromSeq, toSeq);
      if (!isBeingWritten || this.#isOverdue()) this.#noteUnsealed(fromSeq, toSeq, BEHIND_LAST);
    } else if (isWhole && !isBeingWritten && !LAST_WORDS.has(this.#lastWord)) {
      this.#note({
        code: "NO_SEALED_END",
        message: `All ${toSeq} records are sealed, but the last is neither an end nor a clean stop: what came behind may have been cut off.`,
      });
    }
  }

  #accept(claims: SealData & SealClaims): void {
    const { fromSeq, seq } = claims;
    if (fromSeq > this.#openSeq) {
      this.#addRange(this.#openSeq, fromSeq - 1);
      this.#noteUnsealed(
        this.#openSeq,
        fromSeq - 1,
        `They were there when the writer began whose seal is record ${seq + 1}.`,
      );
    }
    this.#valid += 1;
    this.#last = claims;
    this.#openSeq = seq + 2;
  }

  #findFault(
    { seq }: JournalRecord,
    claims: (SealData & SealClaims) | null,
    hashBefore: string,
  ): Fault | null {
    if (claims === null) return fault("SEAL_INVALID", seq, "it has not the form of a seal.");
    const named = this.#keys.find(({ keyId }) => keyId === claims.keyId);
    if (named === undefined) {
      return fault(
        "SEAL_OF_OTHER_KEY",
        seq,
        `it was made with another key than was given (${claims.keyId}).`,
      );
    }
    if (!isSigned(claims, named))
      return fault("SEAL_INVALID", seq, "its signature is not that of what it says.");
    if (claims.seq === seq - 1 && claims.hash === hashBefore && this.#isOfJournal(claims)) return null;
    return fault("SEAL_OF_OTHER_CHAIN", seq, `it is of another chain: ${this.#whyOther()}.`);
  }

  #isOfJournal({ sessionId, formatVersion }: SealData): boolean {
    return sessionId === this.#start.sessionId && formatVersion === this.#start.formatVersion;
  }

  #whyOther(): string {
    if (this.#repairedSeq === 0) return "the journal was written anew, or the seal brought in";
    return `behind the repair at record ${this.#repairedSeq} records were chained anew`;
  }

  /** A writer that seals goes on doing so; one without the key may have taken its place. */
  #isOverdue(): boolean {
    const every = this.#last?.everyRecords ?? 0;
    return every > 0 && this.#seq - this.#openSeq + 1 >= every + MOST_PER_WRITE;
  }

  #noteUnsealed(fromSeq: number, toSeq: number, why: string): void {
    const which = fromSeq === toSeq ? `Record ${fromSeq} is` : `Records ${fromSeq} to ${toSeq} are`;
    this.#noteAt(fromSeq, "UNSEALED", `${which} not sealed by who wrote them. ${why}`);
  }

  #noteAt(seq: number, code: string, message: string): void {
    this.#note({ code, message, seq, byteOffset: this.#openOffset });
  }

  #addRange(fromSeq: number, toSeq: number): void {
    if (this.#unsealed.length < MOST_RANGES) this.#unsealed.push({ fromSeq, toSeq });
  }
}

const BEHIND_LAST =
  "They stand behind the last seal: they may have been changed, and others cut off behind them.";

type Fault = Pick<Problem, "code" | "message">;

function fault(code: string, seq: number, why: string): Fault {
  return { code, message: `The seal in record ${seq} does not count: ${why}` };
}

function isSigned(claims: SealData & SealClaims, { key }: NamedKey): boolean {
  const signature = Buffer.from(claims.signature, "base64url");
  // Characters that decode to the same bytes are not the ones that the writer wrote.
  if (signature.toString("base64url") !== claims.signature) return false;
  return verify(null, Buffer.from(sealStatement(claims), "latin1"), key, signature);
}
