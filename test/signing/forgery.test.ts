/**
 * What somebody can do to a signed journal who can write the file and has no key: each of it is found, but for what is
 * named here one by one and asserted to be no finding.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { Signer } from "../../src/signing/signer.js";
import { linesOf, statedHash } from "../support/journal-bytes.js";
import {
  begin,
  codesOf,
  id,
  isFound,
  other,
  path,
  privateKey,
  rechained,
  recordsOf,
  reopen,
  say,
  unchained,
  verifyBytes,
} from "./signed.js";

/** Sealed now and then, closed, taken up again and ended. */
let whole: Buffer;
let lines: readonly string[];
/** Behind the clean stop in the middle. */
let stop: number;

beforeAll(async () => {
  const { files, session } = begin({ everyRecords: 4 });
  say(session, 5);
  await session.flush();
  say(session, 1);
  await session.close();
  const next = await reopen(files, { everyRecords: 4 });
  say(next, 6);
  await next.end("success");
  whole = Buffer.from(files.readFile(path));
  lines = unchained(whole);
  stop = recordsOf(whole).findIndex(({ type }) => type === "writer.closed") + 2;
});

const withoutMark = (line: string) => line.replace(/,"durable":\d+$/, "");
const index = () => fc.nat({ max: lines.length - 1 });
const assert = async <T>(arbitrary: fc.Arbitrary<T>, find: (value: T) => Promise<boolean>, numRuns = 60) =>
  await fc.assert(fc.asyncProperty(arbitrary, find), { numRuns });

describe("of a signed journal", () => {
  it("nothing is found as it is, also with its chain put through again", async () => {
    expect(rechained(lines).equals(whole)).toBe(true);
    const found = await verifyBytes(whole);
    expect([isFound(found), found.seals?.sealedSeq]).toEqual([false, lines.length - 1]);
  });

  it("any changed bit is found", async () => {
    await assert(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 7 })), async ([at, bit]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      return isFound(await verifyBytes(bytes));
    });
  });

  it("any cut is found, but for the one back to a clean stop, which is an older whole journal", async () => {
    for (let count = 1; count < lines.length; count += 1) {
      const found = await verifyBytes(rechained(lines.slice(0, count)));
      expect([count, isFound(found)]).toEqual([count, count !== stop]);
    }
    await assert(fc.integer({ min: 1, max: whole.length - 1 }), async (size) => {
      const found = await verifyBytes(whole.subarray(0, size));
      return isFound(found) || found.records === stop;
    });
  });

  it("any cut that ends in a seal, but for that one, is named for what it is", async () => {
    for (const [at, { type }] of recordsOf(whole).entries()) {
      if (type !== "journal.sealed" || at + 1 === stop || at + 1 === lines.length) continue;
      expect(codesOf(await verifyBytes(rechained(lines.slice(0, at + 1))))).toEqual(["NO_SEALED_END"]);
    }
  });

  it("any record left out, repeated, exchanged or put in is found, the chain put through again", async () => {
    const edits: fc.Arbitrary<(found: string[]) => void> = fc.oneof(
      index().map((at) => (found: string[]) => void found.splice(at, 1)),
      index().map((at) => (found: string[]) => void found.splice(at, 0, found[at] ?? "")),
      fc.tuple(index(), index()).map(([a, b]) => (found: string[]) => {
        const [one = "", two = ""] = [found[a], found[b]];
        found[a] = two;
        found[b] = one;
      }),
      fc.tuple(index(), fc.string()).map(([at, content]) => (found: string[]) => {
        const data = { message: { role: "user", content } };
        const [, before = "", after = ""] = /^(.*"type":).*(,"id":.*)$/.exec(found[at] ?? "") ?? [];
        found.splice(at, 0, `${before}"message.added","data":${JSON.stringify(data)}${after}`);
      }),
    );
    await assert(edits, async (edit) => {
      const forged = lines.map(withoutMark);
      edit(forged);
      if (forged.join() === lines.map(withoutMark).join()) return true;
      return isFound(await verifyBytes(rechained(forged)));
    });
  });

  it("any changed character is found, the chain put through again", async () => {
    const change = fc.tuple(index(), fc.nat(), fc.constantFrom("0", "7", "a", "Z", "-"));
    await assert(change, async ([at, where, character]) => {
      const forged = lines.map(withoutMark);
      const line = forged[at] ?? "";
      // The number is put through again with the chain.
      const place = line.indexOf(",") + (where % (line.length - line.indexOf(",")));
      forged[at] = line.slice(0, place) + character + line.slice(place + 1);
      if (forged[at] === line) return true;
      return isFound(await verifyBytes(rechained(forged)));
    });
  });

  it("any change of what the last seal says is found: its time and its id are signed too", async () => {
    const last = withoutMark(lines.at(-1) ?? "");
    const edits = [
      last.replace(
        /("time":".{10}T)(\d\d)/,
        (_, head: string, hour: string) => `${head}${hour === "11" ? "12" : "11"}`,
      ),
      last.replace(
        /("id":".{20})(.)/,
        (_, head: string, digit: string) => `${head}${digit === "f" ? "e" : "f"}`,
      ),
      last.replace(/"fromSeq":\d+/, '"fromSeq":1'),
      last.replace(/"everyRecords":4/, '"everyRecords":5'),
      last.replace(/"formatVersion":1/, '"formatVersion":2'),
      last.replace('"algorithm"', '"more":1,"algorithm"'),
      last.replace(/("signature":".{85})(.)/, (_, head: string, tail: string) => head + next64(tail)),
    ];
    for (const edit of edits) {
      expect(edit).not.toBe(last);
      const found = await verifyBytes(rechained([...lines.slice(0, -1), edit]));
      expect([edit, codesOf(found).includes("SEAL_INVALID")]).toEqual([edit, true]);
    }
  });

  it("a last seal spelled otherwise, or with another mark, is none: what it says is the same", async () => {
    const last = lines.at(-1) ?? "";
    for (const edit of [
      last.replace('"data":{', '"data":{ '),
      `${withoutMark(last)},"durable":1`,
      withoutMark(last),
    ]) {
      expect(isFound(await verifyBytes(rechained([...lines.slice(0, -1), edit])))).toBe(false);
    }
  });

  it("what was written anew and signed with another key is found", async () => {
    const signer = new Signer({ privateKey: other.privateKey });
    const found = await verifyBytes(resealed(signer));
    expect(new Set(codesOf(found))).toEqual(new Set(["SEAL_OF_OTHER_KEY", "NOT_SEALED"]));
  });

  it("what was written anew and signed with the key is none: whoever has it can say what he likes", async () => {
    const forged = resealed(new Signer({ privateKey }));
    expect(forged.toString()).toContain("what never was");
    expect(isFound(await verifyBytes(forged))).toBe(false);
  });
});

describe("a seal by the key itself", () => {
  /** The last seal replaced by one that says something else of the same place. */
  const sealedAs = async (session: string, wrong: { seq?: number; hash?: string } = {}) => {
    const before = lines.slice(0, -1);
    const hash = statedHash(linesOf(rechained(before)).at(-1) as Buffer);
    const fromSeq = recordsOf(whole).at(-1)?.data.fromSeq as number;
    const time = "2025-12-08T14:31:05.000Z";
    const head = { seq: before.length, hash, ...wrong };
    const { data, id: own } = new Signer({ privateKey }).seal(session, fromSeq, head, time);
    const line = `{"seq":0,"time":"${time}","type":"journal.sealed","data":${data},"id":"${own}"`;
    return codesOf(await verifyBytes(rechained([...before, line])));
  };

  it("counts for the record before it, in its own session, and for nothing else", async () => {
    expect(await sealedAs(id)).toEqual([]);
    const seals = [
      await sealedAs("run-2"),
      await sealedAs(id, { seq: lines.length - 2 }),
      await sealedAs(id, { hash: "A".repeat(43) }),
    ];
    for (const codes of seals) expect(codes).toEqual(["SEAL_OF_OTHER_CHAIN", "UNSEALED"]);
  });
});

/** The journal with another message in it, and every seal made anew. */
function resealed(signer: Signer): Buffer {
  const done: string[] = [];
  let hash = "";
  for (const line of lines.map(withoutMark)) {
    const { type, time, data } = JSON.parse(`${line}}`) as {
      type: string;
      time: string;
      data: { fromSeq: number };
    };
    let written = line.replace("message 3", "what never was");
    if (type === "journal.sealed") {
      const draft = signer.seal(id, data.fromSeq, { seq: done.length, hash }, time);
      written = line.replace(/"data":.*$/, `"data":${draft.data},"id":"${draft.id}"`);
    }
    done.push(written);
    hash = statedHash(linesOf(rechained(done)).at(-1) as Buffer);
  }
  return rechained(done);
}

/** Another character that stands for the same bytes at the end of a signature. */
function next64(character: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return alphabet[alphabet.indexOf(character) + 1] ?? "A";
}
