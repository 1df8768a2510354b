import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { shownPath } from "../../src/cli/workspace.js";

describe("a path that is shown", () => {
  it("is told from here where it lies below", () => {
    expect(shownPath(resolve("a/b.ndjson"))).toBe("a/b.ndjson");
    expect(shownPath(resolve("../b.ndjson"))).toBe(resolve("../b.ndjson"));
  });

  it("holds nothing that a terminal obeys", () => {
    expect(shownPath("/ws\x1b[31m\u202eX/sessions")).toBe("/ws␛[31m\\u{202e}X/sessions");
  });
});
