import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { importFolder, importTranscript } from "../../src/import/entry.js";
import type { ImportReport } from "../../src/import/types.js";
import { Session } from "../../src/index.js";
import { haveTranscript, readTranscript, readTranscriptLines } from "../real-input/transcripts.js";
import { temporaryFolder } from "../support/folders.js";
import { importInto, readBack, sumOf } from "./import-into.js";
import * as plain from "./plain-counts.js";

const transcripts = fileURLToPath(new URL("../../../shared/transcripts/", import.meta.url));
const lines = (name: string) => readTranscriptLines<plain.Foreign>(name);

/** The counts of each recorded run, and of how many sessions they are. */
const samples: readonly [
  name: string,
  format: string,
  sessions: number,
  count: (name: string) => plain.Counts,
][] = [
  ["claude-code/hello-world-script.jsonl", "claude-code", 1, (name) => plain.countClaudeCode(lines(name))],
  ["claude-code/python-to-rust-port.jsonl", "claude-code", 1, (name) => plain.countClaudeCode(lines(name))],
  [
    "claude-code/stop-hook-uncommitted-changes.jsonl",
    "claude-code",
    1,
    (name) => plain.countClaudeCode(lines(name)),
  ],
  ["pi/before-compaction.jsonl", "pi", 1, (name) => plain.countPi(lines(name))],
  ["pi-openclaw/lru-demo-parent-b2e732c1.jsonl", "pi", 1, (name) => plain.countPi(lines(name))],
  ["pi-openclaw/lru-demo-child-1937300a.jsonl", "pi", 1, (name) => plain.countPi(lines(name))],
  ["pi-openclaw/lru-demo-child-67338ccc.jsonl", "pi", 1, (name) => plain.countPi(lines(name))],
  ["pi-openclaw/lru-demo-child-c42863ec.jsonl", "pi", 1, (name) => plain.countPi(lines(name))],
  ["codex-composed/agent-sessions-codex-small.jsonl", "codex", 1, (name) => plain.countCodex(lines(name))],
  [
    "harbor-atif/terminus2-context-summarization.trajectory.json",
    "atif",
    1,
    (name) => plain.countAtif(readTranscript(name)),
  ],
  [
    "harbor-atif/terminus2-context-summarization.trajectory.cont-1.json",
    "atif",
    1,
    (name) => plain.countAtif(readTranscript(name)),
  ],
  ["swe-agent/pydicom-1458.traj", "swe-agent", 1, (name) => plain.countSweAgent(readTranscript(name))],
  [
    "swe-agent/marshmallow-1867-function-calling.traj",
    "swe-agent",
    1,
    (name) => plain.countSweAgent(readTranscript(name)),
  ],
  [
    "swe-agent/sympy-24661-claude-3.5-sonnet.traj",
    "swe-agent",
    1,
    (name) => plain.countSweAgent(readTranscript(name)),
  ],
  ["mini-swe-agent/local.traj.json", "mini-swe-agent", 1, (name) => plain.countChat(readTranscript(name))],
  [
    "mini-swe-agent/sqlfluff-1733-deepseek.traj.json",
    "mini-swe-agent",
    1,
    (name) => plain.countChat(readTranscript<plain.Foreign>(name).messages),
  ],
  [
    "tau-bench/gpt-4o-airline.json",
    "tau-bench",
    200,
    (name) => plain.countChat(readTranscript<plain.Foreign[]>(name).flatMap(({ traj }) => traj)),
  ],
  [
    "tau2-bench/gpt-4.1_telecom_1trial.json",
    "tau2-bench",
    40,
    (name) => {
      const { simulations } = readTranscript<plain.Foreign>(name);
      return plain.countChat(simulations.flatMap(({ messages }) => messages));
    },
  ],
  ["openhands-events/goal-events.jsonl", "openhands", 1, (name) => plain.countOpenHands(lines(name))],
  [
    "inspect/browser.json",
    "inspect",
    1,
    (name) => plain.countInspect(readTranscript<plain.Foreign>(name).samples),
  ],
  ["inspect/log_streaming.eval", "inspect", 4, (name) => plain.countInspect(samplesOf(name))],
  ["inspect/security-guide.eval", "inspect", 16, (name) => plain.countInspect(samplesOf(name))],
];

/** By another reader of zip archives than ours. */
function samplesOf(name: string): plain.Foreign[] {
  const program =
    "import json,sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(json.dumps([json.loads(z.read(n)) for n in z.namelist() if n.startswith('samples/')]))";
  const text = execFileSync("python3", ["-c", program, join(transcripts, name)], { maxBuffer: 1 << 28 });
  return JSON.parse(text.toString("utf8")) as plain.Foreign[];
}

interface ManifestEntry {
  readonly kind: string;
  readonly name: string;
  readonly counts: { readonly [name: string]: string | number };
}

const manifest: readonly ManifestEntry[] = haveTranscript("manifest.json")
  ? readTranscript("manifest.json")
  : [];

/** Where the manifest counts otherwise, and why ours is right. */
const otherwise: { readonly [name: string]: { readonly [count: string]: number } } = {
  // It counts every type that ends in "_call", and so one event, view_image_tool_call, beside the eight items. An event
  // says again what an item says: in a recorded rollout the call is the item, a function_call of that name.
  "codex-composed/agent-sessions-codex-small.jsonl": { "tool calls": 8 },
};

/** What the manifest says of messages, whatever the format calls them; undefined where it says nothing. */
function messagesIn({
  types,
  messages,
  history,
  steps,
  schema,
}: ManifestEntry["counts"]): number | undefined {
  const said = messages ?? history ?? (schema === undefined ? types : steps);
  if (typeof said !== "string") return undefined;
  const counted = said.split(", ").map((one) => {
    const [, type = "", count] = /^(.*) (\d+)$/.exec(one) ?? [];
    // Where types of records are listed, only these are messages.
    const isMessage =
      said !== types || /^(user|assistant|message:.*|.*message|ActionEvent|ObservationEvent)$/.test(type);
    return isMessage && type !== "custom_message" && !type.startsWith("event_msg/") ? Number(count) : 0;
  });
  return counted.reduce((sum, count) => sum + count, 0);
}

/** Files that hold no session of their own, or are imported in a test of their own below. */
const apart = [
  "pi-openclaw/lru-demo-sessions-index.json",
  "choragen/metrics-events.jsonl",
  "gemini-cli/ec38b74f-session.json",
  "damaged/BabyEncryption.traj",
  "damaged/retry-2-then-success.zstd.eval",
];

describe("the recorded runs", () => {
  it.skipIf(manifest.length === 0)("are all imported by a test", () => {
    const listed = manifest.map(({ kind, name }) => `${kind}/${name}`);
    expect([...samples.map(([name]) => name), ...apart].sort()).toEqual(listed.sort());
  });

  it.skipIf(manifest.length === 0)(
    "are recognised by what stands in them, in one folder, whatever they are called",
    async () => {
      const folder = temporaryFolder();
      const sessionsDir = temporaryFolder();
      const original = new Map<string, string>();
      for (const [index, { kind, name }] of manifest.entries()) {
        const path = join(folder, `${index}.txt`);
        copyFileSync(join(transcripts, kind, name), path);
        original.set(path, `${kind}/${name}`);
      }
      const formats = new Map<string | undefined, string>();
      for await (const one of importFolder(folder, { sessionsDir })) {
        formats.set(original.get(one.path), "report" in one ? one.report.format : one.error.code);
        if ("report" in one) await readBack(one.report, sessionsDir);
      }
      expect(formats).toEqual(
        new Map([
          ...samples.map(([name, format]) => [name, format] as const),
          ["pi-openclaw/lru-demo-sessions-index.json", "pi"],
          ["choragen/metrics-events.jsonl", "choragen-metrics"],
          ["gemini-cli/ec38b74f-session.json", "gemini-cli"],
          ["damaged/BabyEncryption.traj", "swe-agent"],
          ["damaged/retry-2-then-success.zstd.eval", "inspect"],
        ]),
      );
    },
    120_000,
  );
});

describe("a recorded run, imported", () => {
  for (const [name, format, sessions, count] of samples) {
    const there = haveTranscript(name) && (!name.endsWith(".eval") || existsSync("/usr/bin/python3"));
    it.skipIf(!there)(
      `has the messages, calls, results and tokens of ${name}`,
      async () => {
        const { report, states, sessionsDir } = await importInto(join(transcripts, name));
        expect([report.format, report.unreadable, report.sessions.length]).toEqual([format, [], sessions]);
        const { messages, calls, results, ...tokens } = count(name);
        const { unpairedResults } = report.totals;
        const made = sumOf(states);
        expect([made.messages, made.calls, made.results + unpairedResults]).toEqual([
          messages,
          calls,
          results,
        ]);
        const { input, output, cacheRead = 0 } = made.tokens;
        expect({ input, output, cacheRead }).toEqual(tokens);
        const again = await importInto(join(transcripts, name), { sessionsDir });
        expect(again.report.sessions.map(({ status }) => status)).toEqual(
          states.map(() => "already-imported"),
        );
        expect(again.report.totals).toEqual(report.totals);
      },
      120_000,
    );
    it.skipIf(!there)(`has what the manifest says of ${name}`, async () => {
      const { report } = await importInto(join(transcripts, name));
      const { messages, calls, results, unpairedResults } = report.totals;
      const entry = manifest.find(({ kind, name: own }) => `${kind}/${own}` === name);
      const said = { ...entry?.counts, ...otherwise[name] };
      const compared = [
        [said.lines, report.records],
        [said["tool calls"] ?? (format === "swe-agent" ? said.steps : undefined), calls],
        [said["tool results"], results + unpairedResults],
        [said.runs ?? said.simulations ?? said.samples, report.sessions.length],
        [entry === undefined ? undefined : messagesIn(entry.counts), messages],
      ].filter(([wanted]) => wanted !== undefined);
      expect(compared.length).toBeGreaterThan(0);
      expect(compared.map(([, made]) => made)).toEqual(compared.map(([wanted]) => wanted));
    });
  }

  it.skipIf(!haveTranscript("choragen/metrics-events.jsonl"))(
    "keeps every line of choragen's metrics",
    async () => {
      const { report, states } = await importInto(join(transcripts, "choragen/metrics-events.jsonl"));
      const given = lines("choragen/metrics-events.jsonl");
      expect([report.records, report.notes]).toEqual([given.length, given.length]);
      expect(states[0]?.notes.map(({ data }) => data)).toEqual(given);
    },
  );

  it.skipIf(!haveTranscript("gemini-cli/ec38b74f-session.json"))(
    "keeps the one warning of Gemini CLI's",
    async () => {
      const { report, states } = await importInto(join(transcripts, "gemini-cli/ec38b74f-session.json"));
      expect([report.format, report.records, report.notes]).toEqual(["gemini-cli", 1, 1]);
      expect(states[0]?.notes[0]).toMatchObject({
        kind: "gemini-cli.warning",
        time: "2026-02-03T04:09:57.093Z",
      });
    },
  );
});

describe("a recording that is damaged, or that other readers refuse", () => {
  const traj = "damaged/BabyEncryption.traj";
  it.skipIf(!haveTranscript(traj))("gives what is sound of it and names the lines that are not", async () => {
    const { report, states } = await importInto(join(transcripts, traj));
    expect(report.format).toBe("swe-agent");
    expect(report.unreadable.map(({ line }) => line)).toEqual([70, 226]);
    expect(report.unreadable[0]?.reason).toContain("column 19");
    const written = readFileSync(join(transcripts, traj), "utf8");
    const steps = written.slice(0, written.indexOf('"history"')).match(/^ {6}"action":/gm) ?? [];
    expect(states[0]?.toolCalls.length).toBe(steps.length - 1);
  });

  const archive = "damaged/retry-2-then-success.zstd.eval";
  it.skipIf(!haveTranscript(archive))("gives an archive whose members are in Zstandard", async () => {
    const { report, states } = await importInto(join(transcripts, archive));
    expect([report.format, report.sessions.length, report.unreadable]).toEqual(["inspect", 1, []]);
    expect(states[0]?.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(report.sessions[0]?.outcome).toBe("success");
  });
});

describe("recorded sessions of openclaw", () => {
  const index = "pi-openclaw/lru-demo-sessions-index.json";
  it.skipIf(!haveTranscript(index))("hang together as their index says", async () => {
    const sessionsDir = temporaryFolder();
    const reports = new Map<string, ImportReport>();
    for await (const one of importFolder(join(transcripts, index), { sessionsDir })) {
      if ("report" in one) reports.set(basename(one.path), one.report);
    }
    const told = reports.get("lru-demo-sessions-index.json");
    const entries = manifest.find(({ name }) => name === "lru-demo-sessions-index.json")?.counts.entries;
    // Each of its entries is one of the four sessions beside it, or told as missing.
    expect([told?.records, told?.unreadableCount]).toEqual([entries, Number(entries) - 4]);
    const parent = reports.get("lru-demo-parent-b2e732c1.jsonl")?.sessions[0];
    const children = [...reports]
      .filter(([name]) => name.includes("child"))
      .map(([, { sessions }]) => sessions[0]);
    expect(children.length).toBe(3);
    expect(children.map((child) => child?.parentSessionId)).toEqual(children.map(() => parent?.id));
    const state = (await Session.load(parent?.id ?? "", { sessionsDir }))?.toJSON();
    expect([...(state?.childSessionIds ?? [])].sort()).toEqual(children.map((child) => child?.id).sort());
  });

  it.skipIf(!haveTranscript(index))("are not in the index alone, which says so", async () => {
    const bytes = readFileSync(join(transcripts, index));
    const failed = importTranscript(bytes, { sessionsDir: temporaryFolder() });
    await expect(failed).rejects.toMatchObject({ code: "UNKNOWN_FORMAT", message: /index of openclaw/ });
  });
});
