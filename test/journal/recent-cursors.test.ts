import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nodeFiles } from "../../src/files/node-files.js";
import { START } from "../../src/journal/cursor.js";
import { RecentCursors } from "../../src/journal/recent-cursors.js";
import { temporaryFolder } from "../support/folders.js";
import { journalOf, lineStarts, linesOf, statedHash } from "../support/journal-bytes.js";

const journal = journalOf("two", "three", "four");
const cursors = linesOf(journal).map((line, at) => ({
  seq: at + 1,
  byteOffset: lineStarts(journal)[at + 1] ?? journal.length,
  hash: statedHash(line),
}));

it("the last place that is still in the journal is found", () => {
  const path = join(temporaryFolder(), "one.ndjson");
  writeFileSync(path, journal);
  const recent = new RecentCursors();
  expect(recent.lastIn(nodeFiles, path)).toEqual(START);
  for (const cursor of cursors) recent.add(cursor);
  expect(recent.lastIn(nodeFiles, path)).toEqual(cursors[3]);
  truncateSync(path, (cursors[2]?.byteOffset ?? 0) + 5);
  expect(recent.lastIn(nodeFiles, path)).toEqual(cursors[2]);
  writeFileSync(path, journalOf("other", "records", "here"));
  expect(recent.lastIn(nodeFiles, path).seq).toBeLessThanOrEqual(1);
  rmSync(path);
  expect(recent.lastIn(nodeFiles, path)).toEqual(START);
});

it("places that were passed long ago are let go", () => {
  const path = join(temporaryFolder(), "one.ndjson");
  writeFileSync(path, journal);
  const recent = new RecentCursors();
  for (const cursor of cursors) recent.add(cursor);
  for (let seq = 5; seq < 1_100; seq += 1) recent.add({ seq, byteOffset: 1e6 + seq, hash: "A".repeat(43) });
  expect(recent.lastIn(nodeFiles, path)).toEqual(START);
});
