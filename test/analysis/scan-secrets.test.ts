import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type SecretPlace,
  type SecretScanOptions,
  scanSecrets,
} from "../../src/analysis/secrets/scan-secrets.js";
import { Session } from "../../src/session.js";
import { samples } from "../redaction/samples.js";
import { temporaryFolder } from "../support/folders.js";

const [token = "", other = ""] = samples()
  .filter(({ kind }) => kind === "github-token")
  .map(({ secret }) => secret);
const allowed = { allowed: true };

async function scan(options: SecretScanOptions): Promise<SecretPlace[]> {
  const places: SecretPlace[] = [];
  for await (const place of scanSecrets(options)) places.push(place);
  return places;
}

async function record(sessionsDir: string): Promise<Session> {
  const session = new Session({ role: "impl", model: "m", sessionsDir, metadata: { key: other } });
  session.addMessage({ role: "user", content: [{ type: "text", text: `${token} and ${token}, ${other}` }] });
  const call = { name: "run", params: { env: { [token]: "x" } }, governanceResult: allowed, callId: token };
  await session.startToolCall(call).finish({ success: true, data: "nothing" });
  await session.end("success");
  return session;
}

describe("scanSecrets", () => {
  it("looks into values that lie in blobs, and tells of those that it cannot read", async () => {
    const sessionsDir = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionsDir, blobs: { overBytes: 1024 } });
    session.addMessage({ role: "user", content: `${"word ".repeat(400)} ${token}` });
    await session.end("success");
    expect(await scan({ sessionsDir })).toMatchObject([
      { seq: 2, field: "message.content", kind: "github-token" },
    ]);
    rmSync(session.journalPath.replace(/ndjson$/, "blobs"), { recursive: true });
    const faults: string[] = [];
    const onBlobFault = (path: string) => void faults.push(path);
    expect(await scan({ sessionsDir, onBlobFault })).toEqual([]);
    expect(faults).toEqual([session.journalPath]);
  });

  it("tells where secrets stand, with their kinds, and equal tags for equal ones", async () => {
    const sessionsDir = temporaryFolder();
    const { id, journalPath } = await record(sessionsDir);
    const places = await scan({ sessionsDir });
    const tagOf = (count: number) => places.find((place) => place.count === count)?.tag ?? "";
    const [tokenTag, otherTag] = [tagOf(2), places[0]?.tag];
    expect(tokenTag).not.toBe(otherTag);
    const rest = { sessionId: id, path: journalPath, time: expect.any(String), kind: "github-token" };
    const call = { ...rest, type: "tool_call.started", tag: tokenTag, count: 1 };
    const text = { ...rest, seq: 2, type: "message.added", field: "message.content[0].text", inName: false };
    expect(places).toEqual([
      {
        ...rest,
        seq: 1,
        type: "session.started",
        field: "metadata.key",
        inName: false,
        tag: otherTag,
        count: 1,
      },
      { ...text, tag: tokenTag, count: 2 },
      { ...text, tag: otherTag, count: 1 },
      { ...call, seq: 3, field: "callId", inName: false },
      { ...call, seq: 3, field: `params.env.[REDACTED:github-token:${tokenTag}]`, inName: true },
      { ...call, seq: 4, type: "tool_call.finished", field: "callId", inName: false },
    ]);
    expect(JSON.stringify(places)).not.toContain(token);
  });

  it("changes nothing, and has the tags of a writer with the same key", async () => {
    const sessionsDir = temporaryFolder();
    const hashKey = "the key of both of them";
    const session = new Session({ role: "impl", model: "m", sessionsDir, redact: { keys: ["k"], hashKey } });
    session.addNote("n", { k: token, plain: token });
    await session.end("success");
    const before = readFileSync(session.journalPath);
    const [place] = await scan({ sessionsDir, hashKey });
    expect(session.toJSON().notes[0]?.data).toMatchObject({ k: `[REDACTED:key:${place?.tag}]` });
    expect(readFileSync(session.journalPath)).toEqual(before);
    expect(() => scanSecrets({ hashKey: "short" })).toThrow(TypeError);
  });

  it("gives what stands before damage, and tells of the damage", async () => {
    const sessionsDir = temporaryFolder();
    const { journalPath } = await record(sessionsDir);
    appendFileSync(journalPath, `{"not":"a record ${token}"}\n`);
    const damaged: string[] = [];
    const places = await scan({ sessionsDir, onDamage: (path, { verdict }) => damaged.push(path, verdict) });
    expect(places).toHaveLength(6);
    expect(damaged).toEqual([journalPath, "corrupt"]);
    await expect(scan({ sessionsDir })).rejects.toMatchObject({ code: "CORRUPT_JOURNAL" });
  });

  it("stops at a signal", async () => {
    const sessionsDir = temporaryFolder();
    await record(sessionsDir);
    await expect(scan({ sessionsDir, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });
});
