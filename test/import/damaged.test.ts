import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importFolder, importTranscript } from "../../src/import/entry.js";
import { salvageJson } from "../../src/import/source/salvage-json.js";
import { temporaryFolder } from "../support/folders.js";
import { fixture, importInto } from "./import-into.js";

describe("a damaged source", () => {
  it("of lines gives its sound lines and the numbers of the others", async () => {
    const { report, states } = await importInto(fixture("claude-code-truncated.jsonl"));
    const all = readFileSync(fixture("claude-code-truncated.jsonl"), "utf8").split("\n");
    const broken = all.flatMap((line, index) => (isJson(line) ? [] : [index + 1]));
    expect(broken.length).toBeGreaterThan(1);
    expect(report.unreadable.map(({ line }) => line)).toEqual(broken);
    expect(report.records).toBe(all.length);
    expect(states[0]?.messages.length).toBeGreaterThan(1);
  });

  it("whose first line is broken is recognised by the others", async () => {
    const text = readFileSync(fixture("claude-code.jsonl"), "utf8");
    const { report } = await importInto(Buffer.from(`{"type":"us\n${text}`));
    expect([report.format, report.unreadable.map(({ line }) => line)]).toEqual(["claude-code", [1]]);
    expect(report.totals).toMatchObject({ messages: 8, calls: 2 });
  });

  it("of one document gives the elements that are whole", async () => {
    const { report, states } = await importInto(fixture("swe-agent-damaged.traj"));
    expect(report.unreadable).toMatchObject([{ line: 7 }]);
    expect(states[0]?.toolCalls.map(({ params }) => params)).toEqual([{ action: "submit\n" }]);
    expect(states[0]?.messages.length).toBe(6);
  });

  it("that is cut off gives what stands before the cut", async () => {
    const text = readFileSync(fixture("tau2-bench.json"), "utf8");
    const { report } = await importInto(Buffer.from(text.slice(0, text.indexOf('"sim-2"'))));
    expect(report.sessions.map(({ sourceId }) => sourceId)).toEqual(["sim-1"]);
    expect(report.unreadable.length).toBe(1);
  });

  it("of one document that is not UTF-8 is read, and told of", async () => {
    const bytes = readFileSync(fixture("swe-agent.traj"));
    const at = bytes.indexOf("submit");
    bytes[at] = 0xff;
    const { report } = await importInto(bytes);
    const line = bytes.subarray(0, at).toString("latin1").split("\n").length;
    expect(report.unreadable).toEqual([{ line, reason: expect.stringContaining("not UTF-8") }]);
    expect(report.totals.calls).toBe(2);
  });

  it("that is no zip archive after all says so", async () => {
    const { report } = await importInto(Buffer.from("PK\u0003\u0004 and nothing else"));
    expect([report.format, report.sessions]).toEqual(["inspect", []]);
    expect(report.unreadable[0]?.reason).toContain("is no whole zip archive");
  });
});

describe("a source of no known format", () => {
  it.each([
    ["empty", ""],
    ["text", "hello\nworld\n"],
    ["other JSON", '{"a":1}'],
    ["other lines", '{"a":1}\n{"b":2}\n'],
    ["a list", "[1,2,3]"],
    ["binary", "\u0000\u0001\u0002"],
  ])("(%s) is turned down with what was looked for", async (_, text) => {
    const sessionsDir = temporaryFolder();
    const failed = importTranscript(Buffer.from(text), { sessionsDir, name: "x" });
    await expect(failed).rejects.toMatchObject({ name: "ImportError", code: "UNKNOWN_FORMAT" });
    await expect(failed).rejects.toThrow(
      /^x is in no format .* Looked for: Claude Code \(lines of type user/,
    );
  });

  it("can be named; then it is read as that", async () => {
    const { report } = await importInto(Buffer.from('{"a":1}\n'), { format: "claude-code" });
    expect([report.format, report.notes]).toEqual(["claude-code", 1]);
  });

  it("that is not there is told by its path", async () => {
    const failed = importTranscript("no/such/file", { sessionsDir: temporaryFolder() });
    await expect(failed).rejects.toMatchObject({ code: "SOURCE_UNREADABLE", message: /no\/such\/file/ });
  });

  it("does not stop the others of its folder", async () => {
    const found: string[] = [];
    for await (const one of importFolder(fixture("."), { sessionsDir: temporaryFolder() })) {
      found.push("report" in one ? one.report.format : one.error.code);
    }
    expect(new Set(found).size).toBeGreaterThan(12);
  });

  it("that could be two is told with both", async () => {
    const both = { ...JSON.parse(readFileSync(fixture("atif.json"), "utf8")), trajectory: [{ action: "a" }] };
    const failed = importTranscript(Buffer.from(JSON.stringify(both)), { sessionsDir: temporaryFolder() });
    await expect(failed).rejects.toMatchObject({ code: "AMBIGUOUS_FORMAT", message: /atif, swe-agent/ });
  });
});

describe("salvaging", () => {
  it("reads sound JSON as JSON.parse does", () => {
    for (const name of ["atif.json", "inspect.json", "swe-agent.traj", "tau-bench.json"]) {
      const text = readFileSync(fixture(name), "utf8");
      expect(salvageJson(text)).toEqual({ value: JSON.parse(text), damage: [] });
    }
    const odd = '{"a":"\\"\\\\","b":[[],{}," ",1e400,-0.5e-3,true,null],"__proto__":{"x":1}}';
    expect(salvageJson(odd).value).toEqual(JSON.parse(odd));
  });

  it("never throws, wherever a text is cut", () => {
    const text = readFileSync(fixture("swe-agent.traj"), "utf8");
    for (let end = 0; end < text.length - 1; end += 7) {
      expect(salvageJson(text.slice(0, end)).damage.length).toBe(1);
    }
    expect(salvageJson("[".repeat(100_000)).damage.length).toBe(1);
  });
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
