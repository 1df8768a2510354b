/**
 * What every implementation of `Files` does. A driver gives an empty directory for each test; where POSIX
 * systems differ, the suite accepts what Linux and macOS do.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Files } from "../../src/files/files.js";
import { append, codeOf, contents, contentsAt, put } from "./file-system.js";

export interface Driver {
  readonly files: Files;
  /** An empty directory. */
  readonly root: string;
  makeLink(path: string, target: string): void;
  cleanUp(): void;
}

export function filesConformance(name: string, start: () => Driver): void {
  let files: Files;
  let driver: Driver;
  let opened: number[];
  const at = (name: string): string => `${driver.root}/${name}`;
  const open = (name: string, mode: "read" | "append" | "create"): number => {
    const fd = files.open(at(name), mode);
    opened.push(fd);
    return fd;
  };
  const close = (fd: number): void => {
    opened = opened.filter((other) => other !== fd);
    files.close(fd);
  };

  beforeEach(() => {
    driver = start();
    files = driver.files;
    opened = [];
  });
  afterEach(() => {
    for (const fd of opened) files.close(fd);
    driver.cleanUp();
  });

  describe(`${name}: opening`, () => {
    test("creating makes an empty file that only its owner may use", () => {
      const fd = open("a", "create");
      const { kind, sizeBytes, mode } = files.stat(fd);
      expect({ kind, sizeBytes }).toEqual({ kind: "file", sizeBytes: 0 });
      if (process.platform !== "win32") expect(mode).toBe(0o600);
    });

    test("creating never takes a name that is taken, even by a link that leads nowhere", () => {
      put(files, at("a"), "kept");
      driver.makeLink(at("link"), at("nowhere"));
      expect(codeOf(() => open("a", "create"))).toBe("EEXIST");
      expect(codeOf(() => open("link", "create"))).toBe("EEXIST");
      expect(contentsAt(files, at("a"))).toBe("kept");
      expect(files.statPath(at("nowhere"))).toBeNull();
    });

    test("a path through what is not there or is no directory is refused", () => {
      put(files, at("a"), "");
      expect(codeOf(() => open("missing/a", "create"))).toBe("ENOENT");
      expect(codeOf(() => open("a/b", "create"))).toBe("ENOTDIR");
      expect(codeOf(() => open("missing", "read"))).toBe("ENOENT");
      expect(codeOf(() => open("missing", "append"))).toBe("ENOENT");
    });

    test("appending refuses links and directories, reading follows links", () => {
      put(files, at("a"), "text");
      driver.makeLink(at("link"), at("a"));
      expect(codeOf(() => open("link", "append"))).toBe("ELOOP");
      expect(codeOf(() => files.open(driver.root, "append"))).toBe("EISDIR");
      expect(contents(files, open("link", "read"))).toBe("text");
    });

    test("links to each other are refused", () => {
      driver.makeLink(at("one"), at("two"));
      driver.makeLink(at("two"), at("one"));
      expect(codeOf(() => open("one", "read"))).toBe("ELOOP");
    });

    test("a link is followed from where it lies", () => {
      files.makeDirectory(at("below"), 0o700);
      put(files, at("below/a"), "below");
      driver.makeLink(at("below/link"), "a");
      driver.makeLink(at("into"), "below");
      expect(contents(files, open("into/link", "read"))).toBe("below");
    });

    test("a closed descriptor is EBADF", async () => {
      const fd = files.open(at("a"), "create");
      files.close(fd);
      expect(codeOf(() => files.stat(fd))).toBe("EBADF");
      expect(codeOf(() => append(files, fd, "x"))).toBe("EBADF");
      expect(codeOf(() => contents(files, fd))).toBe("EBADF");
      expect(codeOf(() => files.sync(fd))).toBe("EBADF");
      expect(codeOf(() => files.close(fd))).toBe("EBADF");
      await expect(files.syncLater(fd)).rejects.toMatchObject({ code: "EBADF" });
    });
  });

  describe(`${name}: bytes`, () => {
    test("writes go to the end of the file, whoever wrote there before", () => {
      const one = open("a", "create");
      const other = open("a", "append");
      append(files, one, "one ");
      append(files, other, "two ");
      append(files, one, "three");
      expect(contents(files, one)).toBe("one two three");
      expect(files.stat(other).sizeBytes).toBe(13);
    });

    test("a part of a buffer is written, and its length returned", () => {
      const fd = open("a", "create");
      expect(files.write(fd, Buffer.from("abcdef"), 2, 3)).toBe(3);
      expect(contents(files, fd)).toBe("cde");
    });

    test("what is written later to the caller's buffer does not change the file", () => {
      const fd = open("a", "create");
      const source = Buffer.from("abc");
      files.write(fd, source, 0, 3);
      source.fill("x");
      expect(contents(files, fd)).toBe("abc");
    });

    test("reading takes place, length and offset, and gives 0 at the end", () => {
      const fd = open("a", "create");
      append(files, fd, "abcdef");
      const target = Buffer.from("........");
      expect(files.read(fd, target, 1, 3, 2)).toBe(3);
      expect(target.toString()).toBe(".cde....");
      expect(files.read(fd, target, 0, 8, 4)).toBe(2);
      expect(target.toString()).toBe("efde....");
      expect(files.read(fd, target, 0, 8, 6)).toBe(0);
      expect(files.read(fd, target, 0, 8, 60)).toBe(0);
    });

    test("a descriptor for reading refuses to write", () => {
      put(files, at("a"), "text");
      const fd = open("a", "read");
      expect(codeOf(() => append(files, fd, "x"))).toBe("EBADF");
      expect(codeOf(() => files.truncate(fd, 0))).toMatch(/EINVAL|EBADF|EPERM/);
      expect(contents(files, fd)).toBe("text");
    });

    test("a directory has no bytes to read", () => {
      const fd = files.open(driver.root, "read");
      opened.push(fd);
      expect(files.stat(fd).kind).toBe("directory");
      expect(codeOf(() => contents(files, fd))).toBe("EISDIR");
    });

    test("after a truncation, writing goes on at the new end", () => {
      const fd = open("a", "create");
      append(files, fd, "one two");
      files.truncate(fd, 4);
      append(files, fd, "three");
      expect(contents(files, fd)).toBe("one three");
    });

    test("truncating to a larger size adds zeros", () => {
      const fd = open("a", "create");
      append(files, fd, "ab");
      files.truncate(fd, 4);
      expect(contents(files, fd)).toBe("ab\0\0");
    });

    test("syncing, blocking or not, leaves the bytes as they are", async () => {
      const fd = open("a", "create");
      append(files, fd, "one");
      files.sync(fd);
      append(files, fd, "two");
      await files.syncLater(fd);
      files.syncDirectory(driver.root);
      expect(contents(files, fd)).toBe("onetwo");
    });

    test("syncing a directory that is not there fails", () => {
      if (process.platform === "win32") return;
      put(files, at("a"), "");
      expect(codeOf(() => files.syncDirectory(at("missing")))).toBe("ENOENT");
      expect(codeOf(() => files.syncDirectory(at("a")))).toBe("ENOTDIR");
    });
  });

  describe(`${name}: names`, () => {
    test("a path and a descriptor of the same file show the same device and inode", () => {
      const fd = open("a", "create");
      append(files, fd, "abc");
      expect(files.statPath(at("a"))).toEqual(files.stat(fd));
      put(files, at("b"), "");
      expect(files.statPath(at("b"))?.inode).not.toBe(files.stat(fd).inode);
    });

    test("a path is looked at itself: links are links, and nothing is null", () => {
      put(files, at("a"), "");
      driver.makeLink(at("link"), at("a"));
      expect(files.statPath(at("link"))?.kind).toBe("link");
      expect(files.statPath(driver.root)?.kind).toBe("directory");
      expect(files.statPath(at("missing"))).toBeNull();
      expect(files.statPath(at("missing/below"))).toBeNull();
      expect(files.statPath(at("a/below"))).toBeNull();
    });

    test("renaming puts the file in place of another, and descriptors stay with their files", () => {
      put(files, at("old"), "old");
      const old = open("old", "read");
      const fd = open("new", "create");
      append(files, fd, "new");
      files.rename(at("new"), at("old"));
      append(files, fd, "er");
      expect(contentsAt(files, at("old"))).toBe("newer");
      expect(contents(files, old)).toBe("old");
      expect(files.statPath(at("new"))).toBeNull();
      expect(files.statPath(at("old"))?.inode).toBe(files.stat(fd).inode);
    });

    test("renaming what is not there fails, and so does replacing a directory by a file", () => {
      put(files, at("a"), "a");
      files.makeDirectory(at("directory"), 0o700);
      expect(codeOf(() => files.rename(at("missing"), at("a")))).toBe("ENOENT");
      expect(codeOf(() => files.rename(at("a"), at("missing/a")))).toBe("ENOENT");
      expect(codeOf(() => files.rename(at("a"), at("directory")))).toMatch(/EISDIR|EPERM/);
      expect(contentsAt(files, at("a"))).toBe("a");
    });

    test("moving aside gives a file a new name but never another file's", () => {
      put(files, at("a"), "a");
      put(files, at("b"), "b");
      driver.makeLink(at("link"), at("nowhere"));
      expect(codeOf(() => files.moveAside(at("a"), at("b")))).toBe("EEXIST");
      expect(codeOf(() => files.moveAside(at("a"), at("link")))).toBe("EEXIST");
      expect(codeOf(() => files.moveAside(at("missing"), at("c")))).toBe("ENOENT");
      files.moveAside(at("a"), at("c"));
      expect(files.list(driver.root).sort()).toEqual(["b", "c", "link"]);
      expect([contentsAt(files, at("b")), contentsAt(files, at("c"))]).toEqual(["b", "a"]);
    });

    test("a removed file is gone by name and stays for who has it open", () => {
      const fd = open("a", "create");
      append(files, fd, "still here");
      files.remove(at("a"));
      expect(files.list(driver.root)).toEqual([]);
      expect(contents(files, fd)).toBe("still here");
      expect(codeOf(() => files.remove(at("a")))).toBe("ENOENT");
    });

    test("removing takes a link and not what it leads to, and never a directory", () => {
      put(files, at("a"), "a");
      driver.makeLink(at("link"), at("a"));
      files.makeDirectory(at("directory"), 0o700);
      files.remove(at("link"));
      expect(codeOf(() => files.remove(at("directory")))).toMatch(/EISDIR|EPERM/);
      expect(files.list(driver.root).sort()).toEqual(["a", "directory"]);
    });

    test("listing gives the names of a directory, and only of a directory", () => {
      put(files, at("a"), "");
      files.makeDirectory(at("directory"), 0o700);
      expect(files.list(driver.root).sort()).toEqual(["a", "directory"]);
      expect(files.list(at("directory"))).toEqual([]);
      expect(codeOf(() => files.list(at("missing")))).toBe("ENOENT");
      expect(codeOf(() => files.list(at("a")))).toBe("ENOTDIR");
    });

    test("making a directory makes what is missing above it and tells what it made", () => {
      expect(files.makeDirectory(at("x/y/z"), 0o700)).toEqual([at("x"), at("x/y"), at("x/y/z")]);
      expect(files.makeDirectory(at("x/y/z"), 0o700)).toEqual([]);
      expect(files.makeDirectory(at("x/w"), 0o700)).toEqual([at("x/w")]);
      if (process.platform !== "win32") expect(files.statPath(at("x/y"))?.mode).toBe(0o700);
    });

    test("removing a directory takes an empty one, and nothing else", () => {
      put(files, at("a"), "a");
      files.makeDirectory(at("x/y"), 0o700);
      driver.makeLink(at("link"), at("x/y"));
      expect(codeOf(() => files.removeDirectory(at("x")))).toBe("ENOTEMPTY");
      expect(codeOf(() => files.removeDirectory(at("a")))).toMatch(/ENOTDIR|ENOENT/);
      expect(codeOf(() => files.removeDirectory(at("link")))).toMatch(/ENOTDIR|ENOENT/);
      expect(codeOf(() => files.removeDirectory(at("missing")))).toBe("ENOENT");
      files.removeDirectory(at("x/y"));
      files.removeDirectory(at("x"));
      expect(files.list(driver.root).sort()).toEqual(["a", "link"]);
    });

    test("a directory cannot be made where a file stands, or below one", () => {
      put(files, at("a"), "");
      expect(codeOf(() => files.makeDirectory(at("a"), 0o700))).toBe("EEXIST");
      expect(codeOf(() => files.makeDirectory(at("a/b"), 0o700))).toBe("ENOTDIR");
    });
  });

  describe(`${name}: locks`, () => {
    test("an exclusive lock keeps every other descriptor out, of this process too", () => {
      const holder = open("a", "create");
      const other = open("a", "append");
      const reader = open("a", "read");
      expect(files.tryLock(holder, "exclusive")).toBe(true);
      expect(files.tryLock(other, "exclusive")).toBe(false);
      expect(files.tryLock(other, "shared")).toBe(false);
      expect(files.tryLock(reader, "shared")).toBe(false);
      expect(files.tryLock(holder, "exclusive")).toBe(true);
    });

    test("shared locks live together and keep an exclusive one out", () => {
      const writer = open("a", "create");
      const one = open("a", "read");
      const other = open("a", "read");
      expect(files.tryLock(one, "shared")).toBe(true);
      expect(files.tryLock(other, "shared")).toBe(true);
      expect(files.tryLock(writer, "exclusive")).toBe(false);
      close(one);
      expect(files.tryLock(writer, "exclusive")).toBe(false);
      close(other);
      expect(files.tryLock(writer, "exclusive")).toBe(true);
    });

    test("a lock ends with its own descriptor and with no other one", () => {
      const holder = open("a", "create");
      const other = open("a", "append");
      expect(files.tryLock(holder, "exclusive")).toBe(true);
      close(open("a", "read"));
      expect(files.tryLock(other, "exclusive")).toBe(false);
      close(holder);
      expect(files.tryLock(other, "exclusive")).toBe(true);
    });

    test("a lock belongs to the file, whatever its name", () => {
      const holder = open("a", "create");
      expect(files.tryLock(holder, "exclusive")).toBe(true);
      files.rename(at("a"), at("b"));
      const fresh = open("a", "create");
      expect(files.tryLock(fresh, "exclusive")).toBe(true);
      expect(files.tryLock(open("b", "append"), "exclusive")).toBe(false);
    });

    test("a locked file can be read", () => {
      const holder = open("a", "create");
      append(files, holder, "text");
      expect(files.tryLock(holder, "exclusive")).toBe(true);
      expect(contentsAt(files, at("a"))).toBe("text");
    });
  });

  describe(`${name}: watching`, () => {
    async function changesDuring(action: () => void): Promise<(string | null)[]> {
      const seen: (string | null)[] = [];
      const stop = files.watch(driver.root, (name) => seen.push(name));
      action();
      await expect.poll(() => seen.length).toBeGreaterThan(0);
      stop();
      return seen;
    }

    test("a new file is told by its name", async () => {
      expect(await changesDuring(() => put(files, at("a"), ""))).toContain("a");
    });

    test("an append is told by its name", async () => {
      const fd = open("a", "create");
      expect(await changesDuring(() => append(files, fd, "text"))).toContain("a");
    });

    test("nothing is told once it has been stopped", async () => {
      const seen: (string | null)[] = [];
      const stop = files.watch(driver.root, (name) => seen.push(name));
      put(files, at("before"), "");
      stop();
      expect(await changesDuring(() => put(files, at("a"), ""))).toContain("a");
      expect(seen).toEqual([]);
    });

    test("a directory that is not there cannot be watched", () => {
      expect(codeOf(() => files.watch(at("missing"), () => {}))).toBe("ENOENT");
    });
  });
}
