/**
 * Defects, each one replacement in the compiled library, and the checks of the torture that must catch it. The text that is
 * replaced stands in the file just once; where it does not any more, the defect is to be planted anew.
 */
export interface Planted {
  /** The kind of defect, and which one of it. */
  readonly name: string;
  /** In `dist`. */
  readonly file: string;
  readonly replace: string;
  readonly by: string;
  /** The checks of which one must say that something does not hold. */
  readonly caughtBy: readonly string[];
}

export const plantedDefects: readonly Planted[] = [
  {
    name: "fsync left out: of an append",
    file: "journal/writer.js",
    replace: "await this.#files.syncLater(fd, dirtyBytes);",
    by: "",
    caughtBy: ["lost"],
  },
  {
    name: "fsync left out: of durability always",
    file: "journal/writer.js",
    replace: "this.#files.sync(fd);",
    by: "",
    caughtBy: ["lost"],
  },
  {
    name: "fsync left out: of a recovered copy",
    file: "journal/rewrite.js",
    replace: 'yield { kind: "sync", fd: copy };',
    by: "",
    caughtBy: ["lost"],
  },
  {
    name: "fsync left out: of a quarantine",
    file: "journal/set-aside.js",
    replace: 'yield { kind: "sync", fd: target };',
    by: "",
    caughtBy: ["kept"],
  },
  {
    name: "tail not checked: a line that is not whole",
    file: "journal/scan.js",
    replace: 'this.#stop("it does not end in a line feed");',
    by: "return;",
    caughtBy: ["verdict", "kept"],
  },
  {
    name: "tail not checked: a hash that is not that of its bytes",
    file: "journal/scan.js",
    replace: 'return hasSeal ? "its hash is not that of its bytes" : "it does not end in a hash";',
    by: 'if (!hasSeal)\n                return "it does not end in a hash";',
    caughtBy: ["verdict"],
  },
  {
    name: "rename not followed by a directory fsync: of a recovered copy",
    file: "journal/rewrite.js",
    replace: "files.syncDirectory(dirname(path));",
    by: "",
    caughtBy: ["lost"],
  },
  {
    name: "rename not followed by a directory fsync: of a snapshot",
    file: "snapshot/write.js",
    replace: "files.syncDirectory(paths.directory);",
    by: "",
    caughtBy: ["snapshot"],
  },
  {
    name: "acknowledged too early: what came during the fsync",
    file: "journal/writer.js",
    replace:
      'await this.#files.syncLater(fd, dirtyBytes);\n        }\n        catch (cause) {\n            throw this.#poison("fsync", cause);\n        }\n        this.#acknowledge(fd, target);',
    by: 'await this.#files.syncLater(fd, dirtyBytes);\n        }\n        catch (cause) {\n            throw this.#poison("fsync", cause);\n        }\n        this.#acknowledge(fd, this.#seq);',
    caughtBy: ["lost"],
  },
  {
    name: "acknowledged too early: by an fsync that began before",
    file: "journal/shared-run.js",
    replace: "this.#next = this.#running.then(start, start);",
    by: "return this.#running;",
    caughtBy: ["lost", "claim"],
  },
  {
    name: "error swallowed: of a failed fsync",
    file: "journal/writer.js",
    replace: "await this.#files.syncLater(fd, dirtyBytes);",
    by: "await this.#files.syncLater(fd).catch(() => {});",
    caughtBy: ["lost"],
  },
  {
    name: "error swallowed: of a failed write",
    file: "journal/writer.js",
    replace: "throw writeFailed(this.path, cause);",
    by: "return;",
    caughtBy: ["lost", "seq", "follower: false alarm"],
  },
  {
    name: "fsync retried after it failed",
    file: "journal/writer.js",
    replace: "await this.#files.syncLater(fd, dirtyBytes);",
    by: "await this.#files.syncLater(fd).catch(() => this.#files.syncLater(fd));",
    caughtBy: ["lost"],
  },
  {
    name: "lock ignored: by a writer",
    file: "journal/lock.js",
    replace: 'return files.tryLock(fd, "exclusive");',
    by: 'files.tryLock(fd, "exclusive");\n        return true;',
    caughtBy: ["second writer"],
  },
  {
    name: "lock ignored: by who looks whether somebody writes",
    file: "journal/lock.js",
    replace: 'return !files.tryLock(fd, "shared");',
    by: "return false;",
    caughtBy: ["listing"],
  },
  {
    name: "mark one too high",
    file: "journal/writer.js",
    replace: "this.#newMark = target;",
    by: "this.#newMark = target + 1;",
    caughtBy: ["mark"],
  },
  {
    name: "mark one too high: where the next record is not the first behind it",
    file: "journal/writer.js",
    replace: "this.#newMark = target;",
    by: "this.#newMark = Math.min(target + 1, this.#seq);",
    caughtBy: ["mark"],
  },
  {
    name: "quarantine overwritten",
    file: "journal/set-aside.js",
    replace: 'if (error.code !== "EEXIST")\n                throw error;',
    by: 'if (error.code !== "EEXIST")\n                throw error;\n            files.remove(path);\n            return { path, target: files.open(path, "create") };',
    caughtBy: ["kept"],
  },
  {
    name: "snapshot not fsynced",
    file: "snapshot/write.js",
    replace: 'yield { kind: "sync", fd };',
    by: "",
    caughtBy: ["snapshot", "problems"],
  },
];
