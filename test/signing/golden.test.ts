/**
 * A journal that the first version sealed that could, kept for ever: every later version must find its seals to hold, and
 * so must whoever has openssl and docs/reference/format.md alone. Whatever else reads journals reads this one, too.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { diffSessions } from "../../src/analysis/entry.js";
import { type SealClaims, type SealData, sealStatement } from "../../src/event/seal.js";
import { exportSession } from "../../src/export/entry.js";
import { readJournal, Session, verifyJournal } from "../../src/index.js";
import { textOf } from "../export/sessions.js";
import { recordsOf as importedRecords, importInto } from "../import/import-into.js";
import { temporaryFolder } from "../support/folders.js";
import { recordsOf } from "./signed.js";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/sealed/${name}`, import.meta.url));
const journal = fixture("sealed.ndjson");
const publicKeyPath = fixture("test-key.pub.pem");
const publicKey = readFileSync(publicKeyPath, "utf8");
const records = recordsOf(readFileSync(journal)) as (ReturnType<typeof recordsOf>[number] & SealClaims)[];
const seals = records.filter(({ type }) => type === "journal.sealed");
/** Who changes the fixture must change this too, and say why. */
const SHA256 = "2109bd8fd1f790bdb265cde16aa6b9afef8b5cc5fa36c84103adaad83af82a42";
const hasOpenssl = spawnSync("openssl", ["pkeyutl", "-help"]).status === 0;

describe("the sealed fixture", () => {
  it("is the file that was made then", () => {
    expect(createHash("sha256").update(readFileSync(journal)).digest("hex")).toBe(SHA256);
  });

  it("verifies as it did then", async () => {
    const path = join(temporaryFolder(), "sealed.ndjson");
    copyFileSync(journal, path);
    chmodSync(path, 0o600);
    const found = await verifyJournal(path, { publicKey });
    expect([found.verdict, found.problems]).toEqual(["sound", []]);
    expect(found.seals).toEqual({
      valid: 3,
      sealedSeq: 10,
      sealedAt: "2025-12-08T14:30:56.750Z",
      unsealed: [],
    });
  });

  it.skipIf(!hasOpenssl)("has seals that openssl finds good, from the page on the format alone", () => {
    const folder = temporaryFolder();
    const [statement, signature] = [join(folder, "statement"), join(folder, "signature")];
    const check = () =>
      spawnSync("openssl", [
        ...["pkeyutl", "-verify", "-pubin", "-inkey", publicKeyPath],
        ...["-rawin", "-in", statement, "-sigfile", signature],
      ]).status;
    expect(seals).toHaveLength(3);
    for (const { data, time, id } of seals) {
      const said = data as unknown as SealData;
      writeFileSync(signature, Buffer.from(said.signature, "base64url"));
      writeFileSync(statement, sealStatement({ ...said, time, id }));
      expect(check()).toBe(0);
      writeFileSync(statement, sealStatement({ ...said, time, id, seq: said.seq + 1 }));
      expect(check()).toBe(1);
    }
  });

  it("is exported as NDJSON byte for byte, and still verifies", async () => {
    expect(await textOf(exportSession(readJournal(journal), "ndjson"))).toBe(readFileSync(journal, "utf8"));
  });

  it.each(["ndjson", "atif"] as const)(
    "comes back from %s with what the run said; its seals are notes",
    async (format) => {
      const text = await textOf(exportSession(readJournal(journal), format));
      const { report, sessionsDir } = await importInto(Buffer.from(text));
      const id = report.sessions[0]?.id ?? "";
      const found = await verifyJournal(join(sessionsDir, `${id}.ndjson`));
      expect([found.verdict, found.problems]).toEqual(["sound", []]);
      const loaded = await Session.load(id, { sessionsDir });
      expect([loaded?.messageCount, loaded?.toolCallCount, loaded?.outcome]).toEqual([3, 1, "success"]);
      const notes = (await importedRecords(sessionsDir, id)).filter(({ data }) =>
        JSON.stringify(data).includes('journal.sealed"'),
      );
      expect(notes.every(({ type }) => type === "note.added")).toBe(true);
      expect(notes.length).toBe(3);
    },
  );

  it("differs in nothing from the same run that was not sealed", async () => {
    const path = join(temporaryFolder(), "bare.ndjson");
    const sessionsDir = temporaryFolder();
    const session = new Session({ sessionsDir, sessionId: "bare", role: "impl", model: "none" });
    for (const content of ["one", "two", "three"]) session.addMessage({ role: "user", content });
    await session.recordToolCall({
      timestamp: "2025-12-08T14:31:05.000Z",
      name: "read",
      params: { path: "a.txt" },
      governanceResult: { allowed: true },
      result: { success: true, data: "a" },
    });
    await session.end("success");
    copyFileSync(session.journalPath, path);
    const { changed, onlyA, onlyB } = await diffSessions(journal, path);
    expect([changed, onlyA, onlyB]).toEqual([0, 0, 0]);
  });
});
