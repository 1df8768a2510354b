/** Everything that a life is played with: the machine, its processes, the sessions, and what was counted. */
import { MemoryFiles as Memory, type MemoryFiles, randomPowerCut } from "@choragen/session-journal/testing";
import { pick } from "../support/fault-random.js";
import type { Handle } from "./handle.js";
import { anchorIn, type Judged, judgeJournal } from "./journal-oracle.js";
import { type Claim, checkRecords, Ledger } from "./ledger.js";
import { ProcessFiles } from "./process-files.js";
import { emptyTally, type Tally } from "./tally.js";
import { demand } from "./violation.js";
import { VirtualTime } from "./virtual-time.js";
import type { Watcher } from "./watcher.js";

export const workspaceRoot = "/w";
export const directory = "/w/.choragen/sessions";

const nothing = Buffer.alloc(0);

/** A disk as a power cut may have left it at some moment, and what must be on it. */
export interface Moment {
  readonly files: MemoryFiles;
  readonly claims: readonly Claim[];
}

export class World {
  readonly time = new VirtualTime();
  readonly tally: Tally = emptyTally();
  readonly ledgers: readonly Ledger[] = ["run-1", "run-2", "run-3"].map((id) => new Ledger(id));
  handles: Handle[] = [];
  watchers: Watcher[] = [];
  moments: Moment[] = [];
  processes: ProcessFiles[] = [];
  kernel: MemoryFiles;
  /** The disk has only so much room. */
  isFull = false;
  /** Only reads, and never goes wrong. */
  reader: ProcessFiles;
  /** How often the disk is looked at as if the machine had died when something was acknowledged. */
  momentRate = 0;
  /** Decides what happens in the step that is being played. */
  random: () => number = () => 0;

  constructor(random: () => number) {
    this.kernel = slow(new Memory({ blockBytes: pick(random, [32, 128, 512, 4_096]) }));
    this.reader = new ProcessFiles(this.kernel, this.time);
    this.momentRate = pick(random, [0.02, 0.1, 0.3]);
  }

  newProcess(): ProcessFiles {
    const made = new ProcessFiles(this.kernel, this.time);
    this.processes.push(made);
    return made;
  }

  paths(id: string): { journal: string; snapshot: string } {
    return { journal: `${directory}/${id}.ndjson`, snapshot: `${directory}/${id}.json` };
  }

  bytesAt(path: string, files: MemoryFiles = this.kernel): Uint8Array {
    try {
      return files.readFile(path);
    } catch {
      return nothing;
    }
  }

  names(files: MemoryFiles = this.kernel): string[] {
    return files.statPath(directory) === null ? [] : files.list(directory);
  }

  hasFile(id: string): boolean {
    const { journal, snapshot } = this.paths(id);
    return this.kernel.statPath(journal) !== null || this.kernel.statPath(snapshot) !== null;
  }

  holder(ledger: Ledger): Handle | undefined {
    return this.handles.find((handle) => handle.ledger === ledger && handle.isHolding);
  }

  judged(id: string, files: MemoryFiles = this.kernel): Judged {
    const { journal, snapshot } = this.paths(id);
    const isHeld =
      files === this.kernel && this.handles.some((handle) => handle.ledger.id === id && handle.isHolding);
    return judgeJournal(this.bytesAt(journal, files), anchorIn(this.bytesAt(snapshot, files)), isHeld);
  }

  /** Something was acknowledged: should the machine die now, it must be there. */
  acknowledged(ledger: Ledger): void {
    this.#checkPromised(ledger);
    if (this.random() >= this.momentRate) return;
    const files = slow(randomPowerCut(this.kernel, this.random));
    this.moments.push({ files, claims: this.ledgers.map((ledger) => ledger.claim("promised")) });
  }

  /** What is there if a power cut takes all that was not synced: what was promised, and what any record calls durable. */
  #checkPromised(ledger: Ledger): void {
    if (ledger.isHarmed) return;
    const { records } = this.judged(ledger.id, this.kernel.afterPowerCut());
    this.tally.crashStates += 1;
    checkRecords(ledger.claim("promised"), records);
    const mark = Math.max(0, ...this.judged(ledger.id).records.map(({ durable = 0 }) => durable));
    demand(
      "mark",
      mark <= records.length,
      `${ledger.id}: the mark is ${mark}, and ${records.length} records are synced`,
    );
  }

  /** The machine loses power: nobody lives on, and what was not synced is there by chance. */
  cutPower(): void {
    for (const one of [...this.processes, this.reader]) one.die();
    this.kernel = slow(randomPowerCut(this.kernel, this.random));
    this.makeRoom();
    this.processes = [];
    this.handles = [];
    this.reader = new ProcessFiles(this.kernel, this.time);
    this.tally.crashStates += 1;
  }

  /** What failed syncs have dropped is forgotten. */
  dropCaches(): void {
    for (const path of this.processes.flatMap(({ dropped }) => [...dropped])) {
      const ledger = this.ledgers.find(({ id }) => path.includes(id));
      if (ledger === undefined) continue;
      ledger.hasForgotten = true;
      for (const handle of this.handles) if (handle.ledger === ledger) handle.mayBeRewound = true;
    }
    this.kernel.dropCaches();
  }

  /** A session has a new file: nothing of it was dropped. */
  forgetDropped(ledger: Ledger): void {
    for (const { dropped } of this.processes) {
      for (const path of dropped) if (path.includes(ledger.id)) dropped.delete(path);
    }
  }

  fillDisk(roomBytes: number): void {
    this.isFull = true;
    const used = this.#filesBelow().reduce((sum, path) => sum + this.bytesAt(path).length, 0);
    this.kernel.capacityBytes = used + roomBytes;
  }

  makeRoom(): void {
    this.isFull = false;
    this.kernel.capacityBytes = Number.POSITIVE_INFINITY;
  }

  #filesBelow(): string[] {
    return this.names().map((name) => `${directory}/${name}`);
  }
}

/** Syncs take their time, so that others go on meanwhile. */
function slow(files: MemoryFiles): MemoryFiles {
  files.duringSync = () => new Promise((resolve) => setImmediate(resolve));
  return files;
}
