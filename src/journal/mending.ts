/** One repair under the lock: what is wrong, what can be saved, and the new journal that comes of it. */
import { createHash, randomBytes } from "node:crypto";
import { basename } from "node:path";
import { type Draft, draftOwn } from "../event/draft.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import { SEALED } from "../event/seal.js";
import type { JournalRecord } from "../event/types.js";
import { upcast } from "../event/upcast.js";
import { discard } from "../files/discard.js";
import type { Files } from "../files/files.js";
import type { Steps } from "../files/steps.js";
import { readSnapshot, type Snapshot } from "../snapshot/read.js";
import { reduce } from "../state/reduce.js";
import { initialState } from "../state/state.js";
import { summarize } from "../state/summarize.js";
import type { ReplayState } from "../state/types.js";
import { type SessionPaths, temporaryPath } from "../store/names.js";
import { draftAgain } from "./draft-again.js";
import { findGap } from "./gap.js";
import { inferredStart } from "./inferred-start.js";
import { type Inspection, inspect } from "./inspect.js";
import { decodeLine } from "./line.js";
import { isAt } from "./lock.js";
import { quarantine } from "./quarantine.js";
import type { RepairPlan } from "./repair-plan.js";
import { rewrite } from "./rewrite.js";
import { findSalvageable, readSalvaged, type Salvaged } from "./salvage.js";
import { counted, setAside } from "./set-aside.js";
import type { JournalWriter } from "./writer.js";

export class Mending {
  readonly #files: Files;
  readonly #paths: SessionPaths;
  readonly #fd: number;
  /** The state of what is kept, then of the mended journal. */
  readonly replay: ReplayState = initialState();
  readonly kept: string[] = [];
  readonly #snapshot: Snapshot | null;
  #found: Inspection | null = null;
  #salvage: Salvaged[] = [];
  #lastType = "";

  constructor(files: Files, paths: SessionPaths, fd: number) {
    this.#snapshot = readSnapshot(files, paths);
    this.#files = files;
    this.#paths = paths;
    this.#fd = fd;
  }

  get salvaged(): number {
    return this.#salvage.length;
  }

  /** `locked` says whether the caller holds the writer's lock, without which nothing may be mended. */
  *examine({ locked }: { readonly locked: boolean }): Steps<void> {
    this.#found = yield* inspect(this.#files, this.#fd, {
      path: this.#paths.journal,
      sessionId: this.#paths.id,
      snapshot: this.#snapshot?.cursor ?? undefined,
      locked,
      onLine: (sound) => {
        const record = sound.decode();
        if (typeof record === "string") return record;
        this.#noteType(record);
        reduce(this.replay, upcast(record, FORMAT_VERSION));
        return undefined;
      },
    });
    if (this.#found.verdict !== "corrupt") return;
    const provable = yield* findSalvageable(this.#files, this.#fd, this.#found.sound);
    this.#salvage = provable.filter((place) => !this.#startsAnother(place));
  }

  get isNeeded(): boolean {
    const { verdict } = this.#inspection;
    if (verdict === "empty") return false;
    return verdict !== "sound" || this.#isInterrupted;
  }

  /** What `mend` would do. It takes the state as far as the mended journal would reach: not to be followed by `mend`. */
  *plan(): Steps<Omit<RepairPlan, "path" | "sessionId">> {
    const { verdict, sound, sizeBytes, mark, break: found } = this.#inspection;
    const isNeeded = this.isNeeded;
    for (const place of this.#salvage) {
      const { record } = this.#readSalvaged(place);
      reduce(this.replay, upcast(record, FORMAT_VERSION));
      yield { kind: "pause" };
    }
    const gap = verdict === "corrupt" ? findGap(sound.seq, this.#salvage, mark) : null;
    const isClosing = isNeeded && this.#isInterrupted;
    return {
      isNeeded,
      verdict,
      ...(found === null ? {} : { break: { ...found } }),
      records: sound.seq,
      removedBytes: isNeeded ? sizeBytes - sound.byteOffset : 0,
      keeps: verdict === "corrupt" ? "original" : verdict === "torn" ? "tail" : "nothing",
      salvaged: this.salvaged,
      ...(gap === null ? {} : { gap }),
      closedCalls: isClosing ? Object.keys(this.replay.open).length : 0,
      infersStart: isNeeded && sound.seq === 0,
      infersEnd: isClosing,
      movesSnapshot: verdict === "corrupt" && this.#isSnapshotBeyond,
    };
  }

  *mend(): Steps<JournalWriter> {
    const { verdict, sound } = this.#inspection;
    const path = this.#paths.journal;
    let writer: JournalWriter | null = null;
    try {
      const repaired = yield* verdict === "corrupt" ? this.#keepOriginal() : this.#keepTail();
      const temporary = temporaryPath(this.#paths, randomBytes(6).toString("hex"));
      writer = yield* rewrite(this.#files, { path, temporary, fd: this.#fd, keep: sound }, (copy) =>
        this.#add(copy, repaired),
      );
      // Not before: without the snapshot that proves it, a cut journal would pass for a sound one.
      if (verdict === "corrupt") this.#moveSnapshotAside();
      return writer;
    } catch (error) {
      writer?.close();
      this.#takeBack();
      throw error;
    }
  }

  /** While the journal still holds it all, the next attempt keeps it again. */
  #takeBack(): void {
    try {
      if (!isAt(this.#files, this.#fd, this.#paths.journal)) return;
    } catch {
      return;
    }
    for (const path of this.kept.splice(0)) discard(this.#files, path);
  }

  /** Neither ended nor stopped cleanly. */
  get #isInterrupted(): boolean {
    return this.replay.state.outcome === null && this.#lastType !== "writer.closed";
  }

  /** A repair does not take a session up: what was closed before it stays so. Nor does a seal. */
  #noteType({ type }: JournalRecord): void {
    if (type !== "journal.repaired" && type !== SEALED) this.#lastType = type;
  }

  get #inspection(): Inspection {
    if (this.#found === null) throw new TypeError("examine comes first");
    return this.#found;
  }

  *#keepTail(): Steps<object | null> {
    const torn = yield* quarantine(this.#files, this.#paths, this.#fd, this.#inspection);
    if (torn === null) return null;
    this.kept.push(torn.path);
    return torn.repaired;
  }

  /** Copies a damaged journal aside. Returns what to say of it. */
  *#keepOriginal(): Steps<object> {
    const { sound, sizeBytes, mark } = this.#inspection;
    const digest = createHash("sha256");
    const names = counted(`${this.#paths.journal}.damaged`);
    const original = yield* setAside(
      this.#files,
      this.#fd,
      { from: 0, to: sizeBytes },
      names,
      (bytes) => void digest.update(bytes),
    );
    this.kept.push(original);
    const gap = findGap(sound.seq, this.#salvage, mark);
    return {
      removedBytes: sizeBytes - sound.byteOffset,
      atByte: sound.byteOffset,
      quarantine: basename(original),
      ...(gap === null ? {} : { gap }),
      sha256: digest.digest("base64url"),
      salvaged: this.#salvage.length,
    };
  }

  /** Where another session's journal was put in this one's place, its start would make this session that one. */
  #startsAnother(place: Salvaged): boolean {
    if (place.seq > 1) return false;
    const record = decodeLine(readSalvaged(this.#files, this.#fd, place));
    return typeof record !== "string" && record.data.sessionId !== this.#paths.id;
  }

  /** A snapshot that the mended journal contradicts. */
  get #isSnapshotBeyond(): boolean {
    return (this.#snapshot?.cursor?.seq ?? 0) > this.#inspection.sound.seq;
  }

  #moveSnapshotAside(): void {
    if (!this.#isSnapshotBeyond) return;
    for (const name of counted(`${this.#paths.snapshot}.damaged`)) {
      try {
        this.#files.moveAside(this.#paths.snapshot, name);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
        throw error;
      }
      this.kept.push(name);
      this.#files.syncDirectory(this.#paths.directory);
      return;
    }
  }

  *#add(writer: JournalWriter, repaired: object | null): Steps<void> {
    if (this.#inspection.sound.seq === 0) {
      this.#write(writer, [
        inferredStart(this.#files, this.#fd, this.#paths.id, { ...this.#snapshot?.replay.state }),
      ]);
    }
    if (repaired !== null) this.#write(writer, [draftOwn("journal.repaired", repaired)]);
    for (const place of this.#salvage) {
      const { line, record } = this.#readSalvaged(place);
      this.#write(writer, [draftAgain(line, record)]);
      yield { kind: "pause" };
    }
    if (this.#isInterrupted) this.#write(writer, this.#lastWords());
  }

  #readSalvaged(place: Salvaged): { line: Buffer; record: JournalRecord } {
    const line = readSalvaged(this.#files, this.#fd, place);
    const record = decodeLine(line);
    if (typeof record === "string") throw new Error(`record ${place.seq} reads otherwise now: ${record}`);
    this.#noteType(record);
    return { line, record };
  }

  /** What the runtime could not say any more. */
  #lastWords(): Draft[] {
    const result = { success: false, error: "interrupted" };
    const closed = Object.keys(this.replay.open).map((callId) =>
      draftOwn("tool_call.finished", { callId, result }),
    );
    const summary = summarize(this.replay);
    summary.failedCalls += closed.length;
    summary.openCalls -= closed.length;
    return [...closed, draftOwn("session.ended", { outcome: "interrupted", inferred: true, summary })];
  }

  #write(writer: JournalWriter, drafts: readonly Draft[]): void {
    writer.append(drafts);
    for (const record of writer.takeUnfolded()) reduce(this.replay, record);
  }
}
