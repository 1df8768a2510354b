import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";

const { cliReference } = (await import(new URL("../../docs/generate-cli.mjs", import.meta.url).href)) as {
  cliReference: (commands: readonly object[]) => string;
};

const page = readFileSync(new URL("../../docs/reference/cli.md", import.meta.url), "utf8");

describe("docs/reference/cli.md", () => {
  it("is what the commands say of themselves (npm run docs makes it anew)", async () => {
    const commands = await Promise.all(
      COMMANDS.map(async ({ name, about, load }) => ({ name, about, command: await load() })),
    );
    expect(page).toBe(cliReference(commands));
  });

  it("has every command and every option of it", async () => {
    for (const { name, load } of COMMANDS) {
      const from = page.indexOf(`\n## ${name}\n`);
      expect(from, name).toBeGreaterThan(0);
      const section = page.slice(from, page.indexOf("\n## ", from + 1) >>> 0);
      for (const option of (await load()).options) expect(section).toContain(`--${option.name}`);
    }
  });
});
