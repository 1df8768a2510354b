import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it.each(["event", "state"])("src/%s imports nothing of Node and no room that knows files", (room) => {
  const folder = new URL(`../../src/${room}/`, import.meta.url);
  for (const name of readdirSync(folder)) {
    const imports = [
      ...readFileSync(new URL(name, folder), "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g),
    ];
    for (const [, from] of imports) {
      expect(from, `${room}/${name}`).toMatch(
        /^(?:\.\/[\w-]+\.js|\.\.\/(?:event|state|text)\/[\w-]+\.js|\.\.\/errors\.js|valibot|uuid)$/,
      );
    }
  }
});

it("the sub-path for browsers imports no package at all", () => {
  const seen = new Set<string>();
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const source = readFileSync(url, "utf8");
    for (const [, from = ""] of source.matchAll(/^(?:import|export) (?!type)[^;]*? from "([^"]+)"/gms)) {
      expect(from, url.pathname).toMatch(/^\.{1,2}\//);
      visit(new URL(from.replace(/\.js$/, ".ts"), url));
    }
  };
  visit(new URL("../../src/state/entry.ts", import.meta.url));
  expect(seen.size).toBeGreaterThan(5);
});
