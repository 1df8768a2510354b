import { generateKeyPairSync } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders.js";
import { journalPath, recordHere, typesOf } from "./journals.js";
import { ending, message, RECORD, run, start } from "./program.js";

/** A folder with a key pair in it. */
function withKeys(): string {
  const cwd = temporaryFolder();
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(cwd, "key.pem"), privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
  writeFileSync(join(cwd, "pub.pem"), publicKey.export({ format: "pem", type: "spki" }));
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
  writeFileSync(join(cwd, "pub.txt"), `${raw}\n`);
  return cwd;
}

const ONE = [...RECORD, "--id", "one", "--sign-key", "key.pem"];
const lineOf = (cwd: string, seq: number) =>
  readFileSync(journalPath(cwd, "one"), "utf8").split("\n")[seq - 1] ?? "";
const headOf = (cwd: string, seq: number) => `${seq}:${lineOf(cwd, seq).slice(-45, -2)}`;

describe("record --sign-key", () => {
  test("seals the journal, and answers lines alone", async () => {
    const cwd = withKeys();
    const input = message("a") + message("b") + message("c") + ending("success");
    const { stdout, stderr, status } = await run([...ONE, "--sign-every", "2", "--ack"], { cwd, input });
    expect([status, stderr.includes("can be read")]).toEqual([0, false]);
    expect(typesOf(cwd, "one")).toEqual([
      ...["session.started", "message.added", "journal.sealed", "message.added", "message.added"],
      ...["journal.sealed", "session.ended", "journal.sealed"],
    ]);
    expect(stdout).toBe("one\n2\n4\n5\n7\n");
  });

  test("says what is wrong with a key, or with where it lies, and makes no session", async () => {
    const cwd = withKeys();
    const said = async (...options: string[]) => {
      const { status, stderr } = await run([...RECORD, ...options], { cwd });
      return `${status} ${stderr.trim().replaceAll("\n", " ")}`;
    };
    expect(await said("--sign-key", "none.pem")).toBe(
      "3 choragen-session: --sign-key: none.pem cannot be read: there is no such file",
    );
    expect(await said("--sign-key", "pub.pem")).toMatch(/^2 .*--sign-key: pub.pem cannot be read as PEM/);
    expect(await said("--sign-every", "5")).toMatch(/^2 .*needs the key to sign with: --sign-key FILE/);
    expect(await said("--sign-key", "key.pem", "--sign-every", "0")).toMatch(
      /^2 .*is a whole number from 1, not "0"/,
    );
    expect((await run(["list"], { cwd })).stdout).toBe("");
    chmodSync(join(cwd, "key.pem"), 0o644);
    if (process.platform === "win32") return;
    expect(await said("--sign-key", "key.pem")).toMatch(/^0 .*key.pem can be read by others \(mode 644\)/);
  });
});

describe("verify --public-key", () => {
  test("says how far a journal is sealed, from a key in PEM or in base64", async () => {
    const cwd = withKeys();
    await run(ONE, { cwd, input: message("a") + ending("success") });
    for (const key of ["pub.pem", "pub.txt"]) {
      const { status, stdout } = await run(["verify", "--public-key", key, "one"], { cwd });
      const { time } = JSON.parse(lineOf(cwd, 4)) as { time: string };
      const moment = time.slice(0, 19).replace("T", " ");
      expect([status, stdout.replace(/[\d.]+ KiB/, "SIZE")]).toEqual([
        0,
        `sound    one  4 records, SIZE, sealed up to record 3 at ${moment}\n`,
      ]);
    }
    const { stdout } = await run(["verify", "--json", "--public-key", "pub.pem"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      seals: { valid: 1, sealedSeq: 3, unsealed: [] },
      problems: [],
    });
  });

  test("names each fault with its place, counts it, and exits 1", async () => {
    const cwd = withKeys();
    await run(ONE, { cwd, input: message("a") + ending("success") });
    await recordHere(cwd, message("b") + ending("success"), "two");
    const { status, stdout } = await run(["verify", "--public-key", "pub.pem"], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain(
      "not sealed\n         line 1, byte 0: NOT_SEALED: No seal in it was made with the key",
    );
    expect(stdout.trimEnd().endsWith("2 sessions: 1 sound, 1 with problems")).toBe(true);
  });

  test("refuses what is no key as a mistake of the command line, and a missing file as missing", async () => {
    const cwd = withKeys();
    const codes = ["key.pem", "none.pem", "."].map(async (key) => {
      const { status, stderr } = await run(["verify", "--public-key", key], { cwd });
      return [status, stderr];
    });
    expect(await Promise.all(codes)).toEqual([
      [2, expect.stringContaining("key.pem is a private key; to check seals the public one is enough")],
      [3, expect.stringContaining("none.pem cannot be read: there is no such file")],
      [3, expect.stringContaining("cannot be read: ")],
    ]);
  });
});

describe("verify --head", () => {
  test("finds the record that was kept, and says when it is gone or another", async () => {
    const cwd = withKeys();
    await recordHere(cwd, message("a") + message("b") + ending("success"), "one");
    const kept = headOf(cwd, 3);
    const held = await run(["verify", "one", "--head", kept], { cwd });
    expect([held.status, held.stdout]).toEqual([0, expect.stringMatching(/, record 3 as it was kept\n$/)]);
    const moved = await run(["verify", "one", "--head", `2${kept.slice(1)}`], { cwd });
    expect([moved.status, moved.stdout]).toEqual([
      1,
      expect.stringContaining("HEAD_DIFFERS: Record 2 has another hash"),
    ]);
    const beyond = await run(["verify", "one", "--head", `9${kept.slice(1)}`], { cwd });
    expect([beyond.status, beyond.stdout]).toEqual([
      1,
      expect.stringContaining("HEAD_MISSING: It ends with record 4"),
    ]);
  });

  test.each([
    [["--head", "3:abc", "one"], 'not "3:abc"'],
    [["--head", `3:${"A".repeat(43)}`], "--head is of one journal"],
  ])("refuses %j", async (options, message) => {
    const { status, stderr } = await run(["verify", ...options], { cwd: temporaryFolder() });
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

test("tail shows a seal as what it is, and ends behind that of the end", async () => {
  const cwd = withKeys();
  const recorder = start([...ONE, "--ack"], { cwd });
  await recorder.lines(1);
  const follower = start(["tail", "-f", "one"], { cwd });
  await follower.lines(1);
  recorder.write(message("a") + ending("success"));
  recorder.end();
  const { status, stdout } = await follower.ended;
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.at(-2)).toMatch(/ended {5}success/);
  expect(lines.at(-1)).toMatch(/4 {2}sealed {4}records 1 to 3 · key [\w-]{11}/);
  const shown = await run(["show", "one"], { cwd });
  expect(shown.stdout.split("\n")[0]).toBe("one  success");
});
