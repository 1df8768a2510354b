/**
 * The failed fsync itself: an ext4 on a loop device whose backing file system runs full. Writes succeed, the fsync fails,
 * and the kernel calls the pages clean. What anybody then reads from the cache is not what is on the disk.
 */
import { closeSync, fsyncSync, openSync, readFileSync } from "node:fs";
import { command } from "../command.js";
import { endWell, examine, journalIn, outcome, verdictOn } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

const MB = 2 ** 20;

function failedFsync(name: string, does: string, isCacheDropped: boolean, ...mkfs: string[]): FaultCase {
  return {
    name,
    covers: ["a failed fsync on ext4 whose loop device runs full", "failing fsync"],
    needs: ["loop"],
    does,
    holds:
      "the writer says that its fsync failed, for good; no opening succeeds without room; all that was called durable is there",
    run: async (room) => {
      const backing = room.tmpfs("backing", 6 * MB);
      const image = `${backing}/image`;
      const disk = room.ext4("disk", image, 64 * MB, ...mkfs);
      const options = { sessionsDir: `${disk}/sessions`, ledger: new Ledger() };
      const path = journalIn(options.sessionsDir);
      const recorder = await Recorder.start(room, options);
      await recorder.do("begin");
      let failed = false;
      for (let turn = 0; turn < 2_000 && !failed; turn += 1) {
        await recorder.do("append 5 3000");
        failed = (await recorder.attempt("flush")).error !== undefined;
      }
      hold(failed, "the fsync did not fail");
      const { system } = await recorder.refused("flush", "WRITE_FAILED", "fsync");
      for (const call of ["append 1 600", "turn", "save", "end"])
        await recorder.refused(call, "WRITE_FAILED", "fsync");
      hold(recorder.told.length === 1, `onFailure was told ${recorder.told.length} times`);

      const shown = [`fdatasync said ${system}; the journal as somebody reads it who does not know:`];
      shown.push(`  at once: ${look(path)}`);
      shown.push(`  opened and fsynced again, ${fsyncAgain(path)}: ${look(path)}`);
      // All that was acknowledged can be read now, but it is not what is on the disk.
      await options.ledger.check(path);
      const next = await Recorder.start(room, options);
      await next.refused("open", "WRITE_FAILED");
      if (isCacheDropped) {
        command("dd", `if=${path}`, "iflag=nocache", "count=0");
        shown.push(`  the cache of that file dropped: ${look(path)}`);
      }
      const verdict = await verdictOn(path, "sound", "torn");
      await options.ledger.checkDurable(path);

      hold(room.remountTmpfs(backing, `size=${40 * MB}`), "no room could be made");
      options.ledger.forgetUndurable();
      const { error } = await next.attempt("open");
      if (error !== undefined) {
        // With a journal of its own the file system may have stopped by itself; it is mounted anew as after a restart.
        hold(error.code === "WRITE_FAILED", `opening said ${error.code}: ${error.message}`);
        await recorder.kill();
        room.remountImage(image, disk);
        await options.ledger.checkDurable(path);
        await next.do("open");
      }
      await endWell(next, options);
      await recorder.kill();
      room.remountImage(image, disk);
      shown.push(`  recovered, ended, mounted anew: ${look(path)}`);
      await verdictOn(path, "sound");
      await examine(options.sessionsDir, options.ledger);
      return { ...outcome(options.ledger, verdict, "recovered by copy once there was room"), shown };
    },
  };
}

/** What a reader sees who knows nothing of it. */
function look(path: string): string {
  const bytes = readFileSync(path);
  const nuls = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  const lines = bytes.toString().split("\n").slice(0, -1);
  const readable = lines.filter((line) => {
    try {
      return typeof JSON.parse(line) === "object";
    } catch {
      return false;
    }
  });
  return `${bytes.length} bytes, ${nuls} of them NUL; ${readable.length} of ${lines.length} lines parse`;
}

function fsyncAgain(path: string): string {
  try {
    const fd = openSync(path, "r+");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return "which succeeded";
  } catch (error) {
    const { code, syscall } = error as { code?: string; syscall?: string };
    return `which failed: ${syscall} ${code}`;
  }
}

export const failedFsyncs: readonly FaultCase[] = [
  failedFsync(
    "failed fsync on ext4",
    "records on an ext4 without a journal of its own until its loop device finds no room; drops the cache; makes room",
    true,
    "-O",
    "^has_journal",
  ),
  failedFsync(
    "failed fsync on ext4, read from the cache",
    "the same, but what recovers reads from the cache what is not on the disk",
    false,
    "-O",
    "^has_journal",
  ),
  failedFsync(
    "failed fsync on ext4 with a journal",
    "the same on an ext4 as it is usually made, with a journal of its own",
    true,
  ),
];
