import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session, type SessionConfig } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { privateKey, samples } from "./samples.js";

const secretOf = (kind: string) => samples().find((each) => each.kind === kind)?.secret ?? "";
const TOKEN = secretOf("github-token");
const allowed = { allowed: true };

function start(sessionsDir: string, more: Partial<SessionConfig> = {}): Session {
  return new Session({ role: "impl", model: "m", sessionsDir, redact: { secrets: true }, ...more });
}

/** Everything that lies in the folder. */
function bytesIn(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}

/** Whatever can hold something that somebody said. */
async function record(session: Session, text: string): Promise<void> {
  session.addMessage({ role: text, content: [{ type: "text", text }], name: text });
  session.recordError(Object.assign(new Error(text), { stack: `at ${text}` }));
  session.addNote(text, { [text]: [text] });
  session.append({ type: "x-own", data: { deep: { deeper: [{ text }] } } });
  session.updateTokenUsage(1, 2, { model: text });
  const call = { name: text, params: { [text]: text }, governanceResult: { allowed: false, reason: text } };
  await session.startToolCall(call).finish({ success: false, error: text });
  await session.recordToolCall({
    ...call,
    timestamp: "2025-12-08T14:31:05.000Z",
    result: { success: true, data: new Map([[text, new Error(text)]]) },
  });
}

describe("a session that redacts", () => {
  it("shows no secret in journal, snapshot, state, subscribers or health", async () => {
    const folder = temporaryFolder();
    const session = start(folder, { metadata: { a: TOKEN }, chainId: TOKEN, taskId: TOKEN });
    const heard: unknown[] = [];
    session.subscribe((record) => heard.push(record));
    await record(session, TOKEN);
    await session.end("success");
    const seen = [bytesIn(folder), JSON.stringify(session), JSON.stringify(heard)];
    for (const text of seen) {
      expect(text).not.toContain(TOKEN);
      expect(text).toContain("[REDACTED:github-token:");
    }
    expect(heard).toHaveLength(10);
    expect(readdirSync(folder).filter((name) => name.startsWith(session.id))).toHaveLength(2);
    const { verdict, problems } = await verifyJournal(session.journalPath);
    expect([verdict, problems]).toEqual(["sound", []]);
    expect((await Session.load(session.id, { sessionsDir: folder }))?.toJSON()).toEqual(session.toJSON());
  });

  it("goes on so where it is loaded with the option, and not where it is loaded without", async () => {
    const sessionsDir = temporaryFolder();
    const redact = { keys: ["password"], hashKey: "the same for both of them" };
    const first = start(sessionsDir, { redact });
    first.addNote("a", { password: "p" });
    await first.close();
    const second = await Session.open(first.id, { sessionsDir, redact });
    second?.addNote("b", { password: "p" });
    await second?.close();
    const third = await Session.load(first.id, { sessionsDir });
    third?.addNote("c", { password: "p" });
    await third?.close();
    const notes =
      (await Session.load(first.id, sessionsDir ? { sessionsDir } : undefined))?.toJSON().notes ?? [];
    const [a, b, c] = notes.map(({ data }) => (data as { password: string }).password);
    expect(a).toMatch(/^\[REDACTED:key:/);
    expect([b, c]).toEqual([a, "p"]);
  });

  it("keeps the event whose custom function fails, without what it failed for", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    const folder = temporaryFolder();
    const custom = (text: string): string => {
      if (text.includes("hush")) throw new Error(text);
      return text;
    };
    const session = start(folder, { redact: { custom } });
    expect(session.addMessage({ role: "user", content: "hush" })).toBe(2);
    await session.end("success");
    expect(bytesIn(folder)).not.toContain("hush");
    expect(session.messages[0]).toMatchObject({
      role: "user",
      content: expect.stringMatching(/custom-failed/),
    });
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it("leaves no file where the option is wrong", () => {
    const folder = temporaryFolder();
    expect(() => start(folder, { redact: { paths: ["callId"] } })).toThrow(TypeError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("pairs calls whose ids look like secrets", async () => {
    const session = start(temporaryFolder());
    const call = session.startToolCall({ name: "run", params: {}, governanceResult: allowed, callId: TOKEN });
    await call.finish({ success: true });
    expect(session.toolCalls[0]).toMatchObject({ callId: TOKEN, result: { success: true } });
    await session.close();
  });
});

describe("whatever is recorded", () => {
  const planted = samples(3).map(({ text, secret }) => ({ text, secret }));
  const before = fc.constantFrom("", " ", "\n", '"', "key=", "\u001b[1m", "(");
  const behind = fc.constantFrom("", " ", "\n", '"', "\u001b[0m", ")", "…");
  const plain = fc.string({ unit: "binary", maxLength: 20 });
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      plain,
      fc.integer(),
      fc.constantFrom(null, true, false),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(plain, tie("value"), { maxKeys: 3 }),
    ),
  }));

  it("a secret planted anywhere in it is nowhere in the files", async () => {
    const folder = temporaryFolder();
    const session = start(folder, { autosave: false, durability: "process" });
    const hidden = new Set<string>();
    fc.assert(
      fc.property(
        value,
        value,
        fc.constantFrom(...planted),
        before,
        behind,
        fc.boolean(),
        (left, right, { text, secret }, opening, closing, inName) => {
          hidden.add(secret).add(JSON.stringify(secret).slice(1, -1));
          const hiding = opening + text + closing;
          const data = [left, inName ? { [hiding]: right } : { right, hiding }];
          session.addNote("n", data);
        },
      ),
      { numRuns: 250 },
    );
    await session.end("success");
    const written = bytesIn(folder);
    expect([...hidden].filter((secret) => written.includes(secret))).toEqual([]);
    expect(hidden.size).toBeGreaterThan(40);
  });

  it("is byte for byte the same without a secret in it", async () => {
    const noted = (session: Session, data: unknown) => {
      let line = "";
      const unsubscribe = session.subscribe((record) => {
        line = JSON.stringify(record.data);
      });
      session.addNote("n", data);
      unsubscribe();
      return line;
    };
    const folder = temporaryFolder();
    const options = { autosave: false, durability: "process" } as const;
    const bare = start(folder, { ...options, redact: undefined });
    const redact = {
      secrets: true,
      keys: ["no such name here"],
      paths: ["nowhere.*"],
      custom: (text: string) => text,
    };
    const redacting = start(folder, { ...options, redact });
    fc.assert(
      fc.property(value, (data) => {
        expect(noted(redacting, data)).toBe(noted(bare, data));
      }),
      { numRuns: 120 },
    );
    await Promise.all([bare.close(), redacting.close()]);
  });

  it("may be a text of 4 MB with a key at its end", async () => {
    const folder = temporaryFolder();
    const session = start(folder);
    session.addNote("n", `${"lorem ipsum ".repeat(350_000)}\n${privateKey()}`);
    await session.end("success");
    expect(bytesIn(folder)).not.toContain(privateKey().slice(40, 80));
  });
});
