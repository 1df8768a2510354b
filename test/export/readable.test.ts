/** Markdown and HTML: what a reader finds in them. */
import { describe, expect, it } from "vitest";
import { exportSession } from "../../src/export/entry.js";
import { exportHtml } from "../../src/export/html.js";
import { exportMarkdown } from "../../src/export/markdown.js";
import { finished, message, note, recordsOf, started } from "../support/made-records.js";
import { STARTED, textOf, WHOLE_RUN } from "./sessions.js";

describe("Markdown", () => {
  it("tells the session from its head to its end", async () => {
    expect(await textOf(exportMarkdown(WHOLE_RUN))).toBe(MARKDOWN);
  });

  it("makes the fence longer than any run of backticks in the text", async () => {
    const text = await textOf(exportMarkdown(recordsOf(STARTED, message("user", "a ````` b\n```"))));
    expect(text).toContain("\n``````text\na ````` b\n```\n``````\n");
  });
});

describe("what a reader is told", () => {
  const told = async (...events: readonly ReturnType<typeof message>[]) =>
    await textOf(exportMarkdown(recordsOf(STARTED, ...events)));

  it("breaks long lines of what was said at blanks, and leaves code, tables and results alone", async () => {
    const long = "word ".repeat(40).trim();
    const said = `${long}\n- ${long}\n| ${long} |\n    ${long}\n~~~\n${long}\n~~~`;
    const text = await told(
      message("user", said),
      started("c", "read"),
      finished("c", { success: true, data: long }),
    );
    const broken = "word ".repeat(20).trim();
    expect(text).toContain(`\n${broken}\n${broken}\n`);
    expect(text).toMatch(/\n- (word ){18}word\n {2}(word ){18}word\n {2}word word\n/);
    expect(text).toContain(`\n| ${long} |\n    ${long}\n~~~\n${long}\n~~~\n`);
    expect(text).toContain(`*Result*\n\n\`\`\`text\n${long}\n\`\`\`\n`);
  });

  it("shows texts of several lines as they are, in parameters and in results", async () => {
    const blocks = [
      { type: "text", text: "one\ntwo" },
      { type: "text", text: "three" },
    ];
    const text = await told(
      started("c", "write", { path: "a.ts", content: "let a;\nlet b;\n", options: { mode: 1 } }),
      finished("c", { success: true, data: blocks }),
      started("d", "run", { command: ["ls", "-l"] }),
      finished("d", { success: true, data: { stdout: "a\nb", code: 0 } }),
    );
    expect(text).toContain('\npath: a.ts\ncontent:\n  let a;\n  let b;\n\noptions: {"mode":1}\n```');
    expect(text).toContain("\none\ntwo\n\nthree\n```");
    expect(text).toContain("\nstdout:\n  a\n  b\ncode: 0\n```");
  });

  it("gives no times but the source's where a session was brought in", async () => {
    const [type, data] = STARTED;
    const at = "2024-02-03T04:05:06.000Z";
    const records = recordsOf(
      [type, { ...data, at }],
      message("user", "When?"),
      started("c", "read"),
      finished("c", { success: true }),
      note("kept"),
      ["message.added", { message: { role: "assistant", content: "Now." }, at: "2024-02-03T04:05:09Z" }],
      ["writer.closed", {}],
    );
    const text = await textOf(exportMarkdown(records));
    expect(text).toContain("\n## user\n");
    expect(text).toContain("\n## assistant · 2024-02-03 04:05:09 UTC\n");
    expect(text).toContain("\n- Last event: 2024-02-03 04:05:09 UTC\n");
    for (const format of ["markdown", "html", "otlp"] as const) {
      expect(await textOf(exportSession(records, format))).not.toMatch(/2025-12|"176\d{16}"/);
    }
  });

  it("takes a record for live again behind the end of an import", async () => {
    const [type, data] = STARTED;
    const records = recordsOf(
      [type, { ...data, metadata: { import: { format: "pi" } } }],
      message("user", "When?"),
      ["writer.closed", {}],
      message("user", "Now."),
    );
    expect(await textOf(exportMarkdown(records))).toContain("\n## user · 2025-12-08 14:31:04 UTC\n");
  });
});

describe("HTML", () => {
  it("tells the same", async () => {
    const page = await textOf(exportHtml(WHOLE_RUN));
    for (const found of [
      "<!doctype html>",
      "<title>Session run-1</title>",
      "<dt>Role</dt><dd>impl</dd>",
      '<section class="user">\n<p class="when"><time title="2025-12-08 14:31:03 UTC">14:31:03</time></p>\n<div>\n<h2>user</h2>\n<p class="text">Mend it.</p>',
      '<p class="day">2025-12-08 <small>UTC</small></p>',
      "<summary>Reasoning</summary><pre>Look first.</pre></details>",
      ">1,150 + 20 tokens</small>",
      '<code>read</code><span class="hint">a.ts</span><span class="state">1.5 s</span></summary><pre>path: a.ts</pre><pre class="result">found</pre>',
      '<span class="state"><b>denied</b> 0 ms</span></summary><p class="reason">not here</p>',
      '<details class="call failed">',
      '<span class="state"><b>failed</b> 20 ms</span>',
      '<span class="state"><b>no result</b></span>',
      "<p><b>child session</b> run-2</p>",
      '<footer id="end">',
      '<dd class="bad">failure</dd>',
      "<dt>Tokens</dt><dd>130 in, 30 out, 1,000 read from cache",
    ]) {
      expect(page).toContain(found);
    }
    expect(page.endsWith("</footer>\n</body>\n</html>\n")).toBe(true);
  });
});

const MARKDOWN = `\
# Session \`run-1\`

- Role: impl
- Model: claude-opus-4
- Chain: C-1
- Started: 2025-12-08 14:31:01 UTC
- Metadata: \`{"ticket":7}\`

## system · 2025-12-08 14:31:02 UTC

\`\`\`text
You mend programs.
\`\`\`

## user · 2025-12-08 14:31:03 UTC

\`\`\`text
Mend it.
\`\`\`

## assistant · 2025-12-08 14:31:04 UTC

*Tokens: 100 in, 20 out, 1,000 read from cache, 50 written to cache, 5 of the output reasoning*

*Reasoning*

\`\`\`text
Look first.
\`\`\`

\`\`\`text
I look.
\`\`\`

### Call \`read\` · ok, 1.5 s

\`\`\`text
path: a.ts
\`\`\`

*Result*

\`\`\`text
found
\`\`\`

### Call \`list\` · ok, 7 ms

\`\`\`text
path: .
\`\`\`

*Result*

\`\`\`text
["a.ts","b.ts"]
\`\`\`

## user · 2025-12-08 14:31:12 UTC

\`\`\`text
Go on.
\`\`\`

## assistant · 2025-12-08 14:31:13 UTC

*Tokens: 30 in, 10 out*

\`\`\`text
I write.
\`\`\`

### Call \`write\` · denied, 0 ms: \`not here\`

\`\`\`text
path: /etc
\`\`\`

*Result*

\`\`\`text
denied
\`\`\`

### Call \`run\` · failed, 20 ms

\`\`\`text
command: make
\`\`\`

*Result*

\`\`\`text
exit 1
{"code":1}
\`\`\`

### Call \`wait\` · no result

- *error* · 2025-12-08 14:31:19 UTC: \`the tool failed\`

- *child session* · 2025-12-08 14:31:20 UTC: \`run-2\`

- *note: compaction* · 2025-12-08 14:31:22 UTC: \`{"kept":3}\`

## End

- Outcome: failure
- Ended: 2025-12-08 14:31:24 UTC
- Turns: 2
- Messages: 6
- Calls: 5, 2 failed, 1 denied, 1 without a result
- Errors: 1
- Tokens: 130 in, 30 out, 1,000 read from cache, 50 written to cache, 5 of the output reasoning
- Cost: 0.5000 USD
`;
