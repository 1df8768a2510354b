import { describe, expect, test } from "vitest";
import { type Fault, MemoryFiles, SimulatedCrash } from "../../src/files/testing.js";
import { append, codeOf, contents, contentsAt, put } from "./file-system.js";

const withFile = (text = ""): { files: MemoryFiles; fd: number } => {
  const files = new MemoryFiles();
  files.writeFile("/a", text);
  return { files, fd: files.open("/a", "append") };
};

describe("operations", () => {
  test("are counted and, when asked for, logged with the path they concern", () => {
    const files = new MemoryFiles({ log: true });
    files.makeDirectory("/x", 0o700);
    const fd = files.open("/x/a", "create");
    append(files, fd, "text");
    files.close(fd);
    files.watch("/x", () => {})();
    codeOf(() => files.remove("/missing"));
    expect(files.operations).toBe(4);
    expect(files.log).toEqual([
      { n: 1, method: "makeDirectory", path: "/x" },
      { n: 2, method: "open", path: "/x/a" },
      { n: 3, method: "write", path: "/x/a" },
      { n: 4, method: "remove", path: "/missing" },
    ]);
  });
});

describe("a planned failure", () => {
  test("throws as Node does, once, and does nothing", () => {
    const { files, fd } = withFile();
    files.faults.at(2, { kind: "fail", code: "EIO" });
    expect(() => append(files, fd, "lost")).toThrow(
      expect.objectContaining({
        code: "EIO",
        syscall: "write",
        path: "/a",
        errno: process.platform === "linux" ? -5 : expect.any(Number),
        message: expect.stringMatching(/^EIO: i\/o error, write '\/a'$/),
      }),
    );
    append(files, fd, "kept");
    expect(contents(files, fd)).toBe("kept");
    expect(files.faults.fired).toBe(1);
  });

  test("can have a number for which the platform has no name", () => {
    const { files, fd } = withFile();
    files.faults.next({ kind: "fail", code: "UNKNOWN", errno: -122 });
    expect(() => append(files, fd, "x")).toThrow(expect.objectContaining({ code: "UNKNOWN", errno: -122 }));
  });

  test.each([
    ["rename", (files: MemoryFiles) => files.rename("/a", "/b")],
    ["remove", (files: MemoryFiles) => files.remove("/a")],
    ["moveAside", (files: MemoryFiles) => files.moveAside("/a", "/b")],
    ["truncate", (files: MemoryFiles, fd: number) => files.truncate(fd, 0)],
    ["makeDirectory", (files: MemoryFiles) => files.makeDirectory("/b", 0o700)],
    ["open", (files: MemoryFiles) => files.open("/b", "create")],
    ["removeDirectory", (files: MemoryFiles) => files.removeDirectory("/")],
  ])("leaves a %s undone", (_method, act) => {
    const { files, fd } = withFile("text");
    files.faults.next({ kind: "fail", code: "EACCES" });
    expect(codeOf(() => act(files, fd))).toBe("EACCES");
    expect(files.list("/")).toEqual(["a"]);
    expect(contentsAt(files, "/a")).toBe("text");
  });

  test("can leave the first bytes of a write behind", () => {
    const { files, fd } = withFile();
    files.faults.next({ kind: "fail", code: "ENOSPC", keepBytes: 2 });
    expect(codeOf(() => append(files, fd, "abcd"))).toBe("ENOSPC");
    expect(contents(files, fd)).toBe("ab");
  });

  test("can be chosen at each operation by its method and path", () => {
    const { files, fd } = withFile();
    files.faults.intercept = ({ method, path }) =>
      method === "write" && path === "/a" ? { kind: "fail", code: "EDQUOT" } : undefined;
    expect(codeOf(() => append(files, fd, "x"))).toBe("EDQUOT");
    expect(codeOf(() => append(files, fd, "x"))).toBe("EDQUOT");
    put(files, "/b", "other files are well");
    files.faults.heal();
    expect(append(files, fd, "x")).toBe(1);
  });

  test("of an operation that does not fit the fault is none", () => {
    const { files, fd } = withFile();
    files.faults.next({ kind: "short-write", keepBytes: 0 });
    files.sync(fd);
    files.faults.next({ kind: "failed-sync" });
    append(files, fd, "x");
    expect(files.faults.fired).toBe(0);
  });
});

test("a short write takes the first bytes and says so", () => {
  const { files, fd } = withFile();
  files.faults.next({ kind: "short-write", keepBytes: 3 });
  expect(append(files, fd, "abcdef")).toBe(3);
  expect(append(files, fd, "def")).toBe(3);
  expect(contents(files, fd)).toBe("abcdef");
});

describe("a failed sync", () => {
  const failing: [string, (files: MemoryFiles, fd: number) => Promise<unknown>][] = [
    ["sync", async (files, fd) => files.sync(fd)],
    ["syncLater", (files, fd) => files.syncLater(fd)],
  ];

  test.each(failing)("%s: leaves bytes readable that no later sync saves", async (_method, sync) => {
    const { files, fd } = withFile("durable ");
    append(files, fd, "lost");
    files.faults.next({ kind: "failed-sync" });
    await expect(sync(files, fd)).rejects.toMatchObject({ code: "EIO" });
    append(files, fd, " later");
    await sync(files, fd);
    expect(contents(files, fd)).toBe("durable lost later");
    expect(contentsAt(files.afterKill(), "/a")).toBe("durable lost later");
    expect(contentsAt(files.afterPowerCut(), "/a")).toBe("durable \0\0\0\0 later");
    files.dropCaches();
    expect(contents(files, fd)).toBe("durable \0\0\0\0 later");
  });

  test("spares what is written anew after the lost bytes were cut off", () => {
    const { files, fd } = withFile("durable ");
    append(files, fd, "lost");
    files.faults.next({ kind: "failed-sync", code: "ENOSPC" });
    expect(codeOf(() => files.sync(fd))).toBe("ENOSPC");
    files.truncate(fd, 8);
    append(files, fd, "anew");
    files.sync(fd);
    files.dropCaches();
    expect(contents(files, fd)).toBe("durable anew");
    expect(contentsAt(files.afterPowerCut(), "/a")).toBe("durable anew");
  });

  test("drops nothing when there was nothing to save", () => {
    const { files, fd } = withFile("durable");
    files.faults.next({ kind: "failed-sync" });
    expect(codeOf(() => files.sync(fd))).toBe("EIO");
    expect(files.unsynced().files).toEqual([]);
  });

  test("of a directory leaves its names unsynced until a sync succeeds", () => {
    const { files } = withFile();
    put(files, "/b", "");
    files.faults.next({ kind: "failed-sync" });
    expect(codeOf(() => files.syncDirectory("/"))).toBe("EIO");
    expect(files.afterPowerCut().list("/")).toEqual(["a"]);
    files.syncDirectory("/");
    expect(files.afterPowerCut().list("/").sort()).toEqual(["a", "b"]);
  });
});

describe("a simulated crash", () => {
  const tearing: [string, Fault, string][] = [
    ["before a write leaves nothing of it", { kind: "crash" }, ""],
    ["after a write leaves all of it", { kind: "crash", done: true }, "abcd"],
    ["in a write leaves its first bytes", { kind: "crash", keepBytes: 1 }, "a"],
  ];
  test.each(tearing)("%s", (_name, fault, left) => {
    const { files, fd } = withFile();
    files.faults.next(fault);
    expect(() => append(files, fd, "abcd")).toThrow(SimulatedCrash);
    expect(contentsAt(files.afterKill(), "/a")).toBe(left);
  });

  test("ends the process: every later call throws, closing does nothing", async () => {
    const { files, fd } = withFile("text");
    files.faults.at(3, { kind: "crash" });
    files.stat(fd);
    expect(() => files.remove("/a")).toThrow("The process died at file operation 3: remove /a");
    expect(() => files.statPath("/a")).toThrow(SimulatedCrash);
    expect(() => files.watch("/", () => {})).toThrow(SimulatedCrash);
    await expect(files.syncLater(fd)).rejects.toThrow(SimulatedCrash);
    files.close(fd);
    files.close(fd);
    expect(files.faults.hasCrashed).toBe(true);
    expect(files.operations).toBe(3);
    expect(contentsAt(files.afterKill(), "/a")).toBe("text");
  });

  test("at an operation that fails by itself is a crash all the same", () => {
    const files = new MemoryFiles();
    files.faults.next({ kind: "crash", done: true });
    expect(() => files.remove("/missing")).toThrow(SimulatedCrash);
  });

  test("can come when a name has changed but nobody heard of it", () => {
    const { files } = withFile("text");
    files.faults.next({ kind: "crash", done: true });
    expect(() => files.rename("/a", "/b")).toThrow(SimulatedCrash);
    expect(files.afterKill().list("/")).toEqual(["b"]);
  });

  test("ends a sync that was under way, without its effect", async () => {
    const { files, fd } = withFile();
    append(files, fd, "text");
    files.duringSync = () => {
      files.faults.next({ kind: "crash" });
      codeOf(() => files.stat(fd));
    };
    await expect(files.syncLater(fd)).rejects.toThrow(SimulatedCrash);
    expect(contentsAt(files.afterPowerCut({ names: "kept" }), "/a")).toBe("");
  });
});

describe("a sync under way", () => {
  test("covers what was written before it began, and nothing after", async () => {
    const { files, fd } = withFile();
    append(files, fd, "before ");
    files.duringSync = () => void append(files, fd, "after");
    const synced = files.syncLater(fd);
    expect(contentsAt(files.afterPowerCut(), "/a")).toBe("");
    await synced;
    expect(contentsAt(files.afterPowerCut(), "/a")).toBe("before ");
    expect(contents(files, fd)).toBe("before after");
  });

  test("does not undo a later one that ended before it", async () => {
    const { files, fd } = withFile();
    append(files, fd, "one ");
    let end = () => {};
    files.duringSync = () => new Promise((resolve) => (end = resolve));
    const slow = files.syncLater(fd);
    append(files, fd, "two");
    files.sync(fd);
    end();
    await slow;
    append(files, fd, " three");
    expect(contentsAt(files.afterPowerCut(), "/a")).toBe("one two");
  });
});
