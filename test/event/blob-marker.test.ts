import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blobMarker } from "../../src/event/blob-marker.js";

const SHA256 = "3f2a9c1e5b7d".padEnd(64, "0");

function markerOf(text: string): string {
  return blobMarker(text, SHA256, Buffer.byteLength(text));
}

describe("a marker", () => {
  it("says which blob it stands for, how big that is, and how it begins", () => {
    expect(markerOf("word ".repeat(300_000))).toBe(
      `[blob 3f2a9c1e5b7d, 1,500,000 bytes] ${"word ".repeat(40)}…`,
    );
  });

  it.each([
    [`iVBORw0KGgo${"A".repeat(5000)}`, "image/png"],
    [`/9j/4AAQSkZJRgABAQ${"A".repeat(5000)}`, "image/jpeg"],
    [`R0lGODlhAQABAIAA${"A".repeat(5000)}`, "image/gif"],
    [
      Buffer.from(`RIFF\x10\x20\x30\x40WEBPVP8 ${"\0".repeat(5000)}`, "latin1").toString("base64"),
      "image/webp",
    ],
    [`JVBERi0xLjQK${"A".repeat(5000)}`, "application/pdf"],
    [`data:image/svg+xml;base64,${"PHN2".repeat(500)}`, "image/svg+xml"],
  ])("names what base64 is of: %.12s", (text, type) => {
    const marker = markerOf(text);
    expect(marker).toContain(` bytes, ${type}] ${text.slice(0, 24)}…`);
  });

  it("takes prose that begins like an image for prose", () => {
    expect(markerOf(`/9j/ is how it begins, ${"and so on ".repeat(500)}`)).not.toContain("image/");
    expect(markerOf(`UklGR${"A".repeat(5000)}`)).not.toContain("image/");
  });

  it("is short and well-formed whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 195, maxLength: 210 }), (text) => {
        fc.pre(Buffer.from(text).toString() === text);
        const marker = markerOf(text);
        expect(marker.length).toBeLessThan(300);
        expect(Buffer.from(marker).toString()).toBe(marker);
      }),
    );
  });
});
