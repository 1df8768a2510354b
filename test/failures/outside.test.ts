/** What comes from outside and wants out: ids that are paths, texts that are commands to a terminal or a browser. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { importTranscript } from "../../src/import/entry.js";
import { Session } from "../../src/session.js";
import { ending, message, program, RECORD, run } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { codeOf } from "../support/outcomes.js";

describe("24. an id taken from a request becomes a path", () => {
  it("an id is one validated path segment: no file is made, read or changed elsewhere", async () => {
    const root = temporaryFolder();
    const sessionsDir = join(root, "workspace", "sessions");
    mkdirSync(sessionsDir, { recursive: true });
    const secret = join(root, "secret.ndjson");
    writeFileSync(secret, "somebody's own\n");
    writeFileSync(
      join(root, "secret.json"),
      '{"id":"secret","role":"r","model":"m","startTime":"t","messages":[],"toolCalls":[]}',
    );
    const ids = [
      ...[
        "../../secret",
        "..",
        ".",
        "../workspace/sessions/x",
        "a/../../../secret",
        "a/b",
        "a\\b",
        "..\\..\\secret",
      ],
      ...[
        resolve(secret).replace(/\.ndjson$/, ""),
        "/etc/passwd",
        "C:\\x",
        "\\\\host\\share",
        "%2e%2e%2fsecret",
        "~",
      ],
      ...[
        "",
        " ",
        "a b",
        "a\0b",
        "a\nb",
        "-rf",
        ".hidden",
        "a..b",
        "a.",
        "con",
        "NUL.txt",
        "com1",
        "x".repeat(129),
        "é",
      ],
    ];
    for (const id of ids) {
      const start = () => new Session({ role: "r", model: "m", sessionId: id, sessionsDir });
      expect(await codeOf(start), id).toBe("INVALID_SESSION_ID");
      expect(await codeOf(() => Session.load(id, { sessionsDir })), id).toBe("INVALID_SESSION_ID");
      expect(await codeOf(() => Session.open(id, { sessionsDir })), id).toBe("INVALID_SESSION_ID");
    }
    const parent = new Session({ role: "r", model: "m", sessionId: "parent", sessionsDir });
    expect(await codeOf(() => parent.addChildSession("../../secret"))).toBe("INVALID_SESSION_ID");
    await parent.end("success");

    const cwd = join(root, "workspace");
    const recorded = await run([...RECORD, "--id", "../../secret"], { cwd, input: message("x") });
    expect([recorded.status, recorded.stdout]).toEqual([2, ""]);
    const transcript =
      '{"type":"session","version":3,"id":"../../secret","timestamp":"2026-01-01T00:00:00Z","cwd":"/"}\n';
    const report = await importTranscript(Buffer.from(transcript), { sessionsDir });
    expect(report.sessions.map(({ id }) => /^[\w-]+$/.test(id))).toEqual([true]);

    expect(readFileSync(secret, "utf8")).toBe("somebody's own\n");
    expect(readdirSync(root).sort()).toEqual(["secret.json", "secret.ndjson", "workspace"]);
    expect(readdirSync(cwd)).toEqual(["sessions"]);
  });
});

const ESC = "\u001b";
/** Clears the screen, sets the title, writes the clipboard, asks the terminal to answer, moves up, hides, turns round. */
const TAKEOVER = [
  ...[
    `${ESC}[2J${ESC}[H`,
    `${ESC}]0;owned\u0007`,
    `${ESC}]52;c;b3duZWQ=\u0007`,
    `${ESC}[6n`,
    `${ESC}[1A${ESC}[2K`,
  ],
  ...[
    `${ESC}[8m`,
    "\u009b31m",
    "\u009d0;owned\u009c",
    `${ESC}P+q544e\u001b\\`,
    "\r",
    "\b\b\b",
    "\u202e",
    "\u200b",
    "\u0000",
  ],
].join("x");
const MARKUP = '<script>alert("owned")</script><img src=x onerror=alert(1)></pre><!--';

/** Control and format characters but the line feed: what a terminal might act upon. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const OWN_COLOURS = new RegExp(`${ESC}\\[[0-9;]*m`, "g");
const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

describe("25. escape sequences in a tool's output take over the terminal; markup runs in the viewer", () => {
  const VIEWS = [
    "list",
    "show --no-pager one",
    "show --full --no-pager one",
    "tail one",
    "verify one",
    "show --json one",
  ];

  /** A session that holds it wherever a text can stand. */
  async function hostileSession(): Promise<string> {
    const cwd = temporaryFolder();
    const text = TAKEOVER + MARKUP;
    const event = (type: string, data: object) => `${JSON.stringify({ type, data })}\n`;
    const governanceResult = { allowed: false, reason: text };
    const input = [
      message(text, text),
      event("tool_call.started", { callId: text, name: text, params: { [text]: text }, governanceResult }),
      event("tool_call.finished", { callId: text, result: { success: false, error: text, data: text } }),
      event("tool_call.started", {
        callId: "c",
        name: "cat",
        params: { path: text },
        governanceResult: { allowed: true },
      }),
      event("tool_call.finished", { callId: "c", result: { success: true, data: text } }),
      event("error.recorded", { message: text, stack: text, recoverable: true }),
      event("note.added", { kind: text, data: { [text]: text } }),
      event(`x-${text}`, { text }),
      ending("failure"),
    ].join("");
    const named = ["record", "--id", "one", "--role", text, "--model", text, "--task", text, "--chain", text];
    const plain = named.map((word) => word.replaceAll("\0", ""));
    const { status, stderr } = await run(plain, { cwd, input });
    expect([status, stderr.includes("line")]).toEqual([0, false]);
    return cwd;
  }

  it("control characters are shown, never sent: in a pipe", async () => {
    const cwd = await hostileSession();
    for (const view of VIEWS) {
      const { stdout, stderr } = await run(view.split(" "), { cwd });
      expect(stdout.length, `${view}: ${stderr}`).toBeGreaterThan(30);
      expect(UNSAFE.exec(stdout + stderr), view).toBeNull();
    }
    expect((await run(["tail", "one"], { cwd })).stdout).toContain("␛[2J");
  });

  it.skipIf(!hasTerminals)(
    "nor to a terminal, which gets no more than the program's own colours",
    async () => {
      const cwd = await hostileSession();
      const env: NodeJS.ProcessEnv = { ...process.env, TERM: "xterm-256color" };
      for (const name of ["NO_COLOR", "FORCE_COLOR", "CHORAGEN_SESSIONS_DIR"]) delete env[name];
      for (const view of VIEWS.slice(0, 5)) {
        const line = `stty cols 100 rows 40; "${process.execPath}" "${program}" ${view}`;
        const { stdout } = spawnSync("script", ["-qec", line, "/dev/null"], {
          cwd,
          env,
          encoding: "utf8",
          timeout: 20_000,
        });
        const sent = stdout.replaceAll("\r\n", "\n").replace(OWN_COLOURS, "");
        expect(sent.length, view).toBeGreaterThan(30);
        expect(UNSAFE.exec(sent), view).toBeNull();
      }
    },
  );

  it("an exported page shows it as text, never as markup", async () => {
    const cwd = await hostileSession();
    const { status, stdout } = await run(["export", "one", "--format", "html"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("&lt;script&gt;alert(");
    expect(stdout).not.toMatch(/<script|<img|<!--(?! )/i);
  });
});
