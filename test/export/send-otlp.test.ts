/** The commands of the how-to, word for word, against a server that reads requests as OpenTelemetry's packages do. */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordHere } from "../cli/journals.js";
import { callFinished, callStarted, ending, message } from "../cli/program.js";
import { readPages } from "../docs/markdown.js";
import { isInstalled } from "../docs/terminal.js";
import { temporaryFolder } from "../support/folders.js";
import type { Line } from "./otlp-schema.js";
import { readRequest } from "./otlp-schema.js";

const PAGE = "docs/how-to/send-to-opentelemetry.md";
const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const commands = (readPages().find(({ name }) => name === PAGE)?.blocks ?? []).filter(
  ({ language }) => language === "bash",
);

const requests: { path: string; type: string | undefined; body: Line }[] = [];
let server: Server;
let endpoint = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      try {
        const body = readRequest(JSON.parse(Buffer.concat(chunks).toString("utf8")));
        requests.push({ path: request.url ?? "", type: request.headers["content-type"], body });
        response.writeHead(200, { "content-type": "application/json" }).end('{"partialSuccess":{}}');
      } catch (error) {
        response.writeHead(400).end(String(error));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function runShell(
  script: string,
  cwd: string,
  path: string,
): Promise<{ status: number | null; output: string }> {
  const env = { ...process.env, PATH: path, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const shell = spawn("sh", ["-c", script], { cwd, env });
  let output = "";
  for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (text) => (output += String(text)));
  return new Promise((resolve) => shell.on("close", (status) => resolve({ status, output })));
}

const canRun = process.platform !== "win32" && isInstalled("curl");

describe.skipIf(!canRun)("sending spans with curl, as the how-to says", () => {
  it("puts each line into a request that OpenTelemetry's own types read", async () => {
    const cwd = temporaryFolder();
    const said = Array.from({ length: 300 }, (_, turn) => message(`Turn ${turn}.`, "assistant")).join("");
    const call = callStarted("c1", "read") + callFinished("c1", { success: true, data: "secret" });
    await recordHere(cwd, message("Find it.") + said + call + ending("success"), "one");
    mkdirSync(join(cwd, "bin"));
    const program = join(cwd, "bin", "choragen-session");
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
    chmodSync(program, 0o755);
    const path = join(cwd, "bin") + delimiter + process.env.PATH;

    expect(commands.map(({ text }) => /--content/.test(text))).toEqual([false, false, true]);
    for (const [index, { text }] of commands.slice(1).entries()) {
      requests.length = 0;
      const { status, output } = await runShell(text, cwd, path);
      expect([status, output.replaceAll('{"partialSuccess":{}}', "")]).toEqual([0, ""]);
      expect(requests.length).toBeGreaterThan(1);
      expect(new Set(requests.map(({ path, type }) => `${path} ${type}`))).toEqual(
        new Set(["/v1/traces application/json"]),
      );
      const spans = requests.flatMap(({ body }) =>
        body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      );
      expect(spans.length).toBe(302);
      expect(spans.at(-1)?.name).toBe("invoke_agent impl");
      expect(JSON.stringify(spans).includes("secret")).toBe(index === 1);
    }
  }, 60_000);
});
