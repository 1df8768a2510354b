/** Content that would break out of its format, or reach the reader unseen, in every format. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../src/event/types.js";
import { EXPORT_FORMATS, type ExportFormat, exportSession } from "../../src/export/entry.js";
import { arbitraryRecords, hostileRecords } from "../state/records.js";
import {
  child,
  ended,
  failure,
  finished,
  message,
  note,
  recordsOf,
  started,
} from "../support/made-records.js";
import { STARTED, textOf, WHOLE_RUN } from "./sessions.js";

const MARKUP = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&]]>--></style></pre></p></details>`;
const FENCES = "```\n````\n`````` \n~~~\n# Heading\n[link](javascript:alert(1)) ![](http://x/y)\n</details>";
const HIDDEN = "\x1b[31mred\x07\x9b2J\u202egnp.exe\u2066\u200b\ufeff\u2028\u2029\u{e0041}\x00";
const LONE = "\ud800 and \udc00";
const PROTOTYPE = JSON.parse(
  '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":1,"valueOf":null}',
);
const ALL = MARKUP + FENCES + HIDDEN + LONE;

/** The same content wherever content can stand. */
function sessionOf(text: string): JournalRecord[] {
  const [type, data] = STARTED;
  return recordsOf(
    [type, { ...data, role: text, model: text, chainId: text, metadata: { [text]: text, ...PROTOTYPE } }],
    message("user", text),
    message(text, text),
    message("assistant", [
      { type: "thinking", thinking: text },
      { type: "text", text },
      { type: text },
      PROTOTYPE,
    ]),
    started(
      text,
      text,
      { [text]: text, ...PROTOTYPE },
      { governanceResult: { allowed: false, reason: text } },
    ),
    finished(text, { success: false, error: text, data: PROTOTYPE }),
    started("__proto__", "constructor", PROTOTYPE),
    finished("__proto__", { success: true, data: text }),
    message("tool", text, { toolCallId: "elsewhere" }),
    note(text, PROTOTYPE),
    failure(text),
    child(text),
    ["status.changed", PROTOTYPE],
    [`x-${text}`, { text }],
    ended("success"),
  );
}

const exported = (records: Iterable<JournalRecord>, format: ExportFormat) =>
  textOf(exportSession(records, format, { includeContent: true }));

const JSON_FORMATS = ["atif", "otlp", "openai", "ndjson"] as const;

/** Each line that must be JSON by itself. */
function documentsOf(format: ExportFormat, text: string): string[] {
  return format === "atif" ? [text] : text.split("\n").filter((line) => line !== "");
}

describe.each(JSON_FORMATS)("hostile content in %s", (format) => {
  it("is JSON all the same, and pollutes nothing", async () => {
    const text = await exported(sessionOf(ALL), format);
    for (const document of documentsOf(format, text)) expect(typeof JSON.parse(document)).toBe("object");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    if (format !== "atif") expect(text).not.toMatch(/[\u2028\u2029]/);
    expect(Buffer.from(text, "utf8").toString("utf8")).toBe(text);
  });

  it("is JSON whatever the records hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(arbitraryRecords, hostileRecords), async (records) => {
        const text = await exported(records, format);
        if (text !== "") for (const document of documentsOf(format, text)) JSON.parse(document);
      }),
    );
  });
});

describe("Markdown", () => {
  it("keeps foreign text in fences that it cannot end", async () => {
    const text = await exported(sessionOf(ALL), "markdown");
    let fence = "";
    for (const line of text.split("\n")) {
      const ticks = /^(`{3,})(.*)$/.exec(line);
      if (fence === "" && ticks !== null) fence = ticks[1] ?? "";
      else if (line === fence) fence = "";
      else if (fence === "") {
        const outside = line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, "CODE");
        expect(outside).not.toMatch(/[<>[\]!\\]|javascript/);
      }
    }
    expect(fence).toBe("");
  });

  it("shows what is hidden", async () => {
    for (const format of ["markdown", "html"] as const) {
      const text = await exported(sessionOf(HIDDEN + LONE), format);
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(text).toContain("␛[31mred␇\\u{9b}2J\\u{202e}gnp.exe");
      expect(text).toContain("\\u{d800}");
    }
  });

  it("leaves emoji and other scripts alone", async () => {
    const text = "👩‍👩‍👧 ❤️ שלום 你好 e\u0301";
    for (const format of ["markdown", "html"] as const)
      expect(await exported(sessionOf(text), format)).toContain(text);
  });
});

describe("HTML", () => {
  it("has no element and no attribute but its own", async () => {
    // Nothing but words, as long as the hostile texts are, so that what is folded there is folded here.
    const pages = [WHOLE_RUN, sessionOf("word ".repeat(900)), sessionOf("word")];
    const own = new Set<string>();
    for (const page of pages) for (const tag of tagsOf(await exported(page, "html"))) own.add(tag);
    const found = tagsOf(await exported(sessionOf(ALL), "html"));
    expect([...found].filter((tag) => !own.has(tag))).toEqual([]);
    expect([...found].join()).not.toMatch(/script|img|onerror|iframe|link/);
  });

  it("allows itself nothing: no scripts, nothing loaded, one style sheet", async () => {
    const page = await exported(WHOLE_RUN, "html");
    const { createHash } = await import("node:crypto");
    const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}';`,
    );
    expect(page).toContain("prefers-color-scheme:dark");
    expect(page).not.toMatch(/https?:|url\(|@import|<script|\son\w+=|style="/i);
  });
});

it.each(EXPORT_FORMATS)("%s gives nothing for no records, and bears records of any form", async (format) => {
  expect(await exported([], format)).toBe("");
  await fc.assert(
    fc.asyncProperty(hostileRecords, async (records) => void (await exported(records, format))),
    { numRuns: 50 },
  );
});

it("refuses a format that there is not", () => {
  for (const format of ["pdf", "__proto__", "toString"]) {
    expect(() => exportSession([], format as ExportFormat)).toThrow(/there is no export format/);
  }
});

/** Opening and closing tags, with the names of their attributes. */
function tagsOf(page: string): Set<string> {
  const tags = [...page.replace(/<style>.*<\/style>/s, "").matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  return new Set(tags.map((tag) => tag.replace(/="[^"]*"/g, "")));
}
