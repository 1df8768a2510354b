import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, resolve, win32 } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { Session } from "../../src/session.js";
import { checkSessionId, isSessionId } from "../../src/store/id.js";
import { sessionPaths, temporaryPath } from "../../src/store/names.js";
import { listSessionFiles } from "../../src/store/session-files.js";
import { temporaryFolder } from "../support/folders.js";
import { codeOf } from "../support/outcomes.js";
import { outcomeOf, PATIENCE_MS, rounds } from "./harmless.js";

const pieces = fc.constantFrom(
  ...[
    "..",
    ".",
    "/",
    "\\",
    "a",
    "B",
    "7",
    "-",
    "_",
    "~",
    " ",
    "\0",
    "\n",
    "%2e%2e%2f",
    "..%2f",
    "C:",
    "//host",
  ],
  ...[
    "con",
    "NUL",
    "aux.",
    "com1",
    "lpt9.txt",
    "con.",
    ".ndjson",
    ".json",
    ".torn-1",
    ".damaged-1",
    ".tmp",
    "\u202e",
  ],
  ...[
    "\uff0f",
    "\u2215",
    "é",
    "e\u0301",
    "\ud83d",
    "x".repeat(127),
    "x".repeat(128),
    "x".repeat(129),
    "*",
    "?",
    "|",
  ],
);
const id = fc.oneof(
  fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 140 }),
  fc.string({ maxLength: 10 }),
);

/** What may be a file's name wherever sessions are kept; written otherwise than the check itself. */
function isHarmlessName(text: string): boolean {
  const [stem = ""] = text.split(".");
  return (
    text.length >= 1 &&
    text.length <= 128 &&
    [...text].every((character) =>
      "abcdefghijklmnopqrstuvwxyz0123456789._-".includes(character.toLowerCase()),
    ) &&
    /[A-Za-z0-9]/.test(text[0] ?? "") &&
    !text.includes("..") &&
    !text.endsWith(".") &&
    !["con", "prn", "aux", "nul"].includes(stem.toLowerCase()) &&
    !/^(com|lpt)\d$/i.test(stem)
  );
}

describe("any text as an id", () => {
  it(
    "is one harmless path segment, or is turned down before there is a path",
    () => {
      const folder = resolve("/somewhere/sessions");
      fc.assert(
        fc.property(id, (text) => {
          const isId = isSessionId(text);
          expect(isId).toBe(isHarmlessName(text));
          if (!isId) return;
          const paths = sessionPaths(folder, checkSessionId(text));
          for (const path of [paths.journal, paths.snapshot, temporaryPath(paths, "0123456789ab")]) {
            expect(dirname(resolve(path))).toBe(folder);
            expect(win32.basename(path.replaceAll("/", "\\"))).toContain(text);
          }
        }),
        rounds(20_000),
      );
    },
    PATIENCE_MS,
  );

  it(
    "claims no file of another session",
    () => {
      const ids = fc.uniqueArray(id.filter(isSessionId), {
        minLength: 2,
        maxLength: 4,
        selector: (text) => text,
      });
      fc.assert(
        fc.property(ids, (texts) => {
          const files = new MemoryFiles();
          for (const text of texts) {
            const { journal, snapshot } = sessionPaths("/s", text);
            const beside = [
              `${journal}.torn-7`,
              `${journal}.torn-7.1`,
              `${journal}.damaged-1`,
              `${snapshot}.damaged-2`,
            ];
            for (const path of [journal, snapshot, ...beside]) files.writeFile(path, text);
            files.writeFile(temporaryPath(sessionPaths("/s", text), "0123456789ab"), text);
          }
          const found = listSessionFiles(files, "/s");
          expect(found.map((session) => session.id).sort()).toEqual([...texts].sort());
          for (const session of found) {
            expect(session.names.length).toBe(7);
            for (const name of session.names) {
              expect(Buffer.from(files.readFile(`/s/${name}`)).toString()).toBe(session.id);
            }
          }
        }),
        rounds(500),
      );
    },
    PATIENCE_MS,
  );

  it(
    "makes, reads and changes no file outside the folder of the sessions",
    async () => {
      const root = temporaryFolder();
      const sessionsDir = join(root, "inner", "sessions");
      mkdirSync(sessionsDir, { recursive: true });
      await fc.assert(
        fc.asyncProperty(id, async (sessionId) => {
          const made = await outcomeOf(() => new Session({ role: "r", model: "m", sessionId, sessionsDir }));
          if (made.error !== undefined)
            expect(["INVALID_SESSION_ID", "SESSION_EXISTS"]).toContain(made.error.code);
          if (made.value === undefined && isSessionId(sessionId))
            expect(made.error?.code).toBe("SESSION_EXISTS");
          await made.value?.close();
          const expected =
            made.value === undefined && !isSessionId(sessionId) ? "INVALID_SESSION_ID" : undefined;
          for (const take of [Session.load.bind(Session), Session.open.bind(Session)]) {
            const taken = await outcomeOf(() => take(sessionId, { sessionsDir }));
            expect(taken.error?.code).toBe(expected);
            await taken.value?.close();
          }
          expect([readdirSync(root), readdirSync(join(root, "inner"))]).toEqual([["inner"], ["sessions"]]);
        }),
        rounds(60),
      );
      expect(readdirSync(sessionsDir).every((name) => /^[A-Za-z0-9][\w.-]*\.(ndjson|json)$/.test(name))).toBe(
        true,
      );
    },
    PATIENCE_MS,
  );

  it("that is no text is turned down as well", async () => {
    const sessionsDir = temporaryFolder();
    const odd = [null, 7, {}, [], ["a"], { toString: () => "a" }, Symbol("a"), true, 10n, new String("abc")];
    for (const sessionId of odd as string[]) {
      expect(await codeOf(() => Session.load(sessionId, { sessionsDir }))).toBe("INVALID_SESSION_ID");
      const started = () => new Session({ role: "r", model: "m", sessionId, sessionsDir });
      expect(await codeOf(started)).toBe("INVALID_SESSION_ID");
    }
    expect(existsSync(join(sessionsDir, "a.ndjson"))).toBe(false);
  });
});
