import { describe, expect, it, test } from "vitest";
import { blobRefsOf } from "../../src/event/blob-refs.js";
import type { JournalRecord } from "../../src/event/types.js";
import { readJournal } from "../../src/journal/read.js";
import { verifyJournal } from "../../src/journal/verify.js";
import {
  BLOBS,
  bigText,
  blobPath,
  DIRECTORY,
  ID,
  JOURNAL,
  load,
  newFiles,
  newSession,
  SNAPSHOT,
  sha256,
  textIn,
} from "./made-blobs.js";

const image = `iVBORw0KGgo${"A".repeat(5000)}`;

function note(data: unknown) {
  return { type: "note.added", data: { kind: "k", data } } as const;
}

async function recordsOf(files: ReturnType<typeof newFiles>) {
  const records = [];
  for await (const record of readJournal(JOURNAL, { files })) records.push(record);
  return records;
}

describe("a big value", () => {
  it("lies in a file that is called by the hash of its bytes, and the record says where it stood", async () => {
    const files = newFiles();
    const session = newSession(files);
    session.addMessage({
      role: "user",
      content: [{ type: "text", text: "look" }, { source: { data: image } }],
    });
    const [, record] = await recordsOf(files);
    expect(record?.data.$blobs).toEqual([
      { at: "/message/content/1/source/data", sha256: sha256(image), bytes: image.length },
    ]);
    expect(JSON.stringify(record?.data)).toContain(
      `[blob ${sha256(image).slice(0, 12)}, 5,011 bytes, image/png]`,
    );
    expect(textIn(files, blobPath(image))).toBe(image);
    expect(files.statPath(blobPath(image))?.mode).toBe(0o600);
    expect(files.statPath(BLOBS)?.mode).toBe(0o700);
    expect(textIn(files, JOURNAL).split("\n")[1]).toMatch(
      /^\{"seq":2,"time":"[^"]+","type":"message\.added","data":\{.*,"\$blobs":\[\{"at":.*\}\]\},"id":"[^"]+","durable":1,"hash":/,
    );
  });

  it("costs one copy however often it is sent, in the snapshot too", async () => {
    const files = newFiles();
    const session = newSession(files);
    for (let i = 0; i < 20; i += 1) session.addMessage({ role: "user", content: image });
    await session.end("success");
    expect(files.list(BLOBS)).toEqual([sha256(image)]);
    expect(textIn(files, JOURNAL)).not.toContain(image);
    expect(textIn(files, SNAPSHOT)).not.toContain(image);
    expect((await load(files)).messages.map(({ content }) => content === image)).toEqual(
      Array(20).fill(true),
    );
  });

  it("is written and synced once, and looked for each time", () => {
    const files = newFiles({ log: true });
    const session = newSession(files);
    session.append(note(image));
    const first = files.log.filter(({ path }) => path.startsWith(BLOBS)).map(({ method }) => method);
    expect(first.slice(first.indexOf("open"))).toEqual(["open", "write", "sync", "rename", "syncDirectory"]);
    const before = files.operations;
    session.append(note(image));
    const second = files.log.filter(({ n, path }) => n > before && path.startsWith(BLOBS));
    expect(second.map(({ method }) => method)).toEqual(["statPath", "statPath"]);
  });

  it("of exactly the limit stays in the record, and one byte more does not", async () => {
    const files = newFiles();
    const session = newSession(files);
    session.append(note("é".repeat(512)));
    session.append(note(`${"é".repeat(512)}a`));
    const records = await recordsOf(files);
    expect(records.map((record) => blobRefsOf(record).length)).toEqual([0, 0, 1]);
  });

  it("stays where UTF-8 cannot say it", async () => {
    const files = newFiles();
    const odd = `${"x".repeat(3000)}\ud800`;
    newSession(files).append(note(odd));
    expect(files.statPath(BLOBS)).toBeNull();
    expect((await load(files)).toJSON().notes[0]?.data).toBe(odd);
  });

  it("stays where its place is as long as a value", async () => {
    const files = newFiles();
    newSession(files).append(note({ ["k".repeat(2000)]: image }));
    expect(files.statPath(BLOBS)).toBeNull();
  });

  it("is bytes in the readable form of bytes", async () => {
    const files = newFiles();
    newSession(files).append(note(Buffer.alloc(3000, 7)));
    const { notes } = (await load(files)).toJSON();
    expect(notes[0]?.data).toEqual({ type: "Buffer", base64: Buffer.alloc(3000, 7).toString("base64") });
    expect(blobRefsOf((await recordsOf(files))[1] as JournalRecord)[0]?.at).toBe("/data/base64");
  });

  it("is left where it names, identifies or times an event", async () => {
    const files = newFiles();
    const session = newSession(files);
    const long = bigText("n");
    session.append({
      type: "tool_call.started",
      data: { callId: long, name: long, timestamp: long, params: {}, governanceResult: { allowed: true } },
    });
    session.append({ type: "tool_call.finished", data: { callId: long, result: { success: true } } });
    session.addMessage({ role: long, content: "", toolCallId: long });
    session.addNote(long, "");
    expect(files.statPath(BLOBS)).toBeNull();
    expect((await load(files)).toolCalls[0]).toMatchObject({
      name: long,
      callId: long,
      result: { success: true },
    });
  });
});

describe("what looks like a marker", () => {
  it("is taken for what a caller said", async () => {
    const files = newFiles();
    const session = newSession(files);
    session.append(note(image));
    const [, written] = await recordsOf(files);
    // A runtime that reads its own journal may say again what stands there.
    const again = written?.data;
    session.append(note(again));
    const { notes } = (await load(files)).toJSON();
    expect(notes.map(({ data }) => data)).toEqual([image, again]);
  });

  it.each(["x-own", "note.added"])("is refused where only the library says it: in %s", (type) => {
    const files = newFiles();
    const session = newSession(files, { blobs: undefined });
    const data = { kind: "k", data: "", $blobs: [] };
    expect(() => session.append({ type, data } as Parameters<typeof session.append>[0])).toThrow(
      expect.objectContaining({ code: "INVALID_EVENT", message: expect.stringContaining("data.$blobs") }),
    );
  });
});

describe("a file that is there already", () => {
  it("is used where its bytes are right, and synced with its name before a record names it", () => {
    const files = newFiles({ log: true });
    files.writeFile(blobPath(image), image);
    const { inode } = files.statPath(blobPath(image)) ?? {};
    newSession(files).append(note(image));
    expect(files.statPath(blobPath(image))?.inode).toBe(inode);
    const methods = files.log.map(({ method, path }) => `${method} ${path}`);
    expect(methods.indexOf(`sync ${blobPath(image)}`)).toBeGreaterThan(0);
    expect(methods.lastIndexOf(`write ${JOURNAL}`)).toBeGreaterThan(
      methods.indexOf(`syncDirectory ${BLOBS}`),
    );
  });

  it.each([
    ["other bytes", `B${image.slice(1)}`],
    ["fewer bytes", image.slice(1)],
    ["no bytes", ""],
  ])("is kept aside where it has %s", (_, wrong) => {
    const files = newFiles();
    files.writeFile(blobPath(image), wrong);
    files.writeFile(`${blobPath(image)}.damaged-1`, "earlier");
    newSession(files).append(note(image));
    expect(textIn(files, blobPath(image))).toBe(image);
    expect(textIn(files, `${blobPath(image)}.damaged-1`)).toBe("earlier");
    expect(textIn(files, `${blobPath(image)}.damaged-2`)).toBe(wrong);
  });

  it("is written again where somebody has removed it meanwhile", async () => {
    const files = newFiles();
    const session = newSession(files);
    session.append(note(image));
    files.remove(blobPath(image));
    session.append(note(image));
    expect(textIn(files, blobPath(image))).toBe(image);
    files.remove(blobPath(image));
    files.removeDirectory(BLOBS);
    session.append(note(image));
    expect((await verifyJournal(JOURNAL, { files })).problems).toEqual([]);
  });
});

describe("a link or another thing", () => {
  it.each<[string, (files: ReturnType<typeof newFiles>) => void]>([
    ["a link at the folder's name", (files) => files.makeLink(BLOBS, "/elsewhere")],
    ["a file at the folder's name", (files) => files.writeFile(BLOBS, "x")],
    ["a link at the blob's name", (files) => files.makeLink(blobPath(image), "/elsewhere/target")],
    ["a folder at the blob's name", (files) => void files.makeDirectory(blobPath(image), 0o700)],
  ])("is neither followed nor replaced: %s", (_, plant) => {
    const files = newFiles();
    files.writeFile("/elsewhere/target", image);
    files.makeDirectory(BLOBS, 0o700);
    if (files.list(BLOBS).length === 0) files.removeDirectory(BLOBS);
    files.makeDirectory(DIRECTORY, 0o700);
    if (_.includes("blob's")) files.makeDirectory(BLOBS, 0o700);
    plant(files);
    const session = newSession(files);
    const seq = session.health.writtenSeq;
    expect(() => session.append(note(image))).toThrow(expect.objectContaining({ code: "WRITE_FAILED" }));
    expect(session.health.writtenSeq).toBe(seq);
    expect(session.health.failure?.message).toContain(BLOBS);
    expect(files.list("/elsewhere")).toEqual(["target"]);
    session.append(note("small ones are recorded all the same"));
    expect(session.health.failure).toBeUndefined();
  });
});

describe("the option", () => {
  test.each([[0], [1023], [1.5], [Number.NaN], ["64K"], [undefined]])(
    "refuses a limit of %s",
    (overBytes) => {
      const files = newFiles();
      expect(() => newSession(files, { blobs: { overBytes: overBytes as number } })).toThrow(TypeError);
      expect(files.list(DIRECTORY)).toEqual([]);
    },
  );

  test("may be left out when a session goes on: what lies in blobs is read all the same", async () => {
    const files = newFiles();
    const session = newSession(files);
    session.append(note(image));
    await session.close();
    const again = await load(files);
    again.append(note(`${image}!`));
    expect(again.toJSON().notes.map(({ data }) => data)).toEqual([image, `${image}!`]);
    expect(files.list(BLOBS)).toHaveLength(1);
    expect(again.id).toBe(ID);
  });

  test("costs nothing where it is not given", () => {
    const files = newFiles({ log: true });
    const session = newSession(files, { blobs: undefined });
    const before = files.operations;
    session.append(note(image));
    expect(files.log.filter(({ n }) => n > before).map(({ method }) => method)).toEqual(["write"]);
  });
});
