import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type FolderImport, importFolder, importTranscript } from "../../src/import/entry.js";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { run } from "./program.js";

const IMAGE = `iVBORw0KGgo${"A".repeat(300_000)}`;
const RESULT = `first line\n${"and so on\n".repeat(5000)}the needle`;

const image = { type: "image", source: { type: "base64", media_type: "image/png", data: IMAGE } };
const message = { role: "user", content: [{ type: "text", text: "look at this" }, image] };
const call = { timestamp: "2025-12-08T14:31:05.000Z", name: "run", params: { command: "ls" } };

let sessions: string;
let cwd: string;

/** A session with the same image in three messages. */
beforeEach(async () => {
  cwd = temporaryFolder();
  sessions = join(cwd, "sessions");
  const about = { role: "impl", model: "m", sessionId: "run", sessionsDir: sessions };
  const session = new Session({ ...about, autosave: false, blobs: { overBytes: 16384 } });
  for (let n = 0; n < 3; n += 1) session.addMessage(message);
  const result = { success: true, data: RESULT };
  await session.recordToolCall({ ...call, result, governanceResult: { allowed: true } });
  await session.end("success");
});

function cli(parameters: readonly string[], input = "") {
  return run(parameters, { cwd, input, env: { CHORAGEN_SESSIONS_DIR: sessions } });
}

function blobPath(text: string): string {
  return join(sessions, "run.blobs", createHash("sha256").update(text).digest("hex"));
}

describe("a session with big values, on disk", () => {
  it("keeps each once, private, under the name that sha256sum gives it, and gives it back whole", async () => {
    expect(readdirSync(join(sessions, "run.blobs"))).toHaveLength(2);
    expect(readFileSync(blobPath(IMAGE), "utf8")).toBe(IMAGE);
    if (process.platform !== "win32") {
      expect(statSync(blobPath(IMAGE)).mode & 0o777).toBe(0o600);
      expect(statSync(join(sessions, "run.blobs")).mode & 0o777).toBe(0o700);
    }
    expect(statSync(join(sessions, "run.ndjson")).size).toBeLessThan(5000);
    expect(statSync(join(sessions, "run.json")).size).toBeLessThan(5000);
    const session = await Session.load("run", { sessionsDir: sessions });
    expect(session?.toolCalls[0]?.result?.data).toBe(RESULT);
    expect(JSON.stringify(session?.messages).split(IMAGE)).toHaveLength(4);
    const shown = await cli(["show", "--json", "run"]);
    expect(JSON.parse(shown.stdout)).toEqual(JSON.parse(JSON.stringify(session)));
  });

  it("is shown and verified", async () => {
    const shown = await cli(["show", "run"]);
    expect(shown.stdout).toContain("[blob ");
    expect(shown.stdout).toContain("2 blobs of ");
    expect(shown.stdout).toContain("293 KiB in 1 blob");
    unlinkSync(blobPath(IMAGE));
    const again = await cli(["verify", "run"]);
    expect(again.status).toBe(1);
    expect(again.stdout.match(/BLOB_MISSING: Record [234]:/g)).toHaveLength(3);
  });

  it("is exported whole in every format but its own records, and imported whole from each of the two", async () => {
    const atif = await cli(["export", "--format", "atif", "run"]);
    expect([atif.status, atif.stderr]).toEqual([0, ""]);
    expect(atif.stdout).not.toContain("[blob ");
    writeFileSync(join(cwd, "run.atif.json"), atif.stdout);
    const records = await cli(["export", "--format", "ndjson", "run"]);
    expect(records.stdout).toBe(readFileSync(join(sessions, "run.ndjson"), "utf8"));
    expect(records.stderr).toContain("2 values lie in run.blobs/, which goes with these records");
    for (const source of ["run.atif.json", "sessions/run.ndjson"]) {
      const sessionsDir = join(cwd, "imported", source);
      const { unreadable } = await importTranscript(join(cwd, source), { sessionsDir });
      expect(unreadable).toEqual([]);
      const [name = ""] = readdirSync(sessionsDir).filter((each) => each.endsWith(".ndjson"));
      const text = readFileSync(join(sessionsDir, name), "utf8");
      expect(text.split(IMAGE)).toHaveLength(4);
      expect(text).toContain("the needle");
    }
    const found: FolderImport[] = [];
    for await (const each of importFolder(sessions, { sessionsDir: join(cwd, "imported", "folder") }))
      found.push(each);
    expect(found.filter((each) => JSON.stringify(each).includes("run.blobs"))).toEqual([]);
  });

  it("says which value an export or an import had to do without", async () => {
    unlinkSync(blobPath(RESULT));
    const { status, stdout, stderr } = await cli(["export", "--format", "markdown", "run"]);
    expect(status).toBe(1);
    expect(stdout).toContain("[blob ");
    expect(stderr).toContain("is not there");
    const bytes = readFileSync(join(sessions, "run.ndjson"));
    const { unreadable } = await importTranscript(bytes, { sessionsDir: join(cwd, "imported") });
    expect(unreadable).toContainEqual({
      line: 2,
      reason: expect.stringContaining("only the records were given"),
    });
  });

  it("goes with all that belongs to it", async () => {
    const { status, stdout } = await cli(["prune", "--older-than", "0s", "--yes", "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: "run", became: "removed" });
    expect(existsSync(join(sessions, "run.blobs"))).toBe(false);
    expect(readdirSync(sessions).sort()).toEqual([".gitignore", ".pruned.ndjson"]);
  });

  it("is written so by record, which refuses a limit that is none", async () => {
    const flags = ["record", "--role", "impl", "--model", "m", "--id", "fed", "--blobs-over"];
    const event = `${JSON.stringify({ type: "message.added", data: { message } })}\n`;
    expect(await cli([...flags, "16384"], event)).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(join(sessions, "fed.blobs"))).toHaveLength(1);
    const { status, stderr } = await cli([...flags, "1k"]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("--blobs-over takes a number of bytes from 1024"),
    ]);
  });
});
