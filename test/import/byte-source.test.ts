import { describe, expect, test } from "vitest";
import { ByteSource } from "../../src/import/source/byte-source.js";

async function* bytewise(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1);
}

describe("the first bytes of a source", () => {
  test("are asked for again and again, and read from the front all the same", async () => {
    const bytes = Buffer.from("0123456789");
    const source = new ByteSource(bytewise(bytes), {});
    expect((await source.head(3)).toString()).toBe("012");
    expect((await source.head(2)).toString()).toBe("012");
    expect((await source.head(5)).toString()).toBe("01234");
    expect((await source.head(99)).toString()).toBe("0123456789");
    expect((await source.whole()).toString()).toBe("0123456789");
  });

  test("cost as much for each piece, however many came before it", async () => {
    let asked = 0;
    class Counted extends Uint8Array {
      override get length(): number {
        asked += 1;
        return super.length;
      }
    }
    async function* pieces(): AsyncGenerator<Uint8Array, void> {
      for (let at = 0; at < 2000; at += 1) yield new Counted(1);
    }
    const source = new ByteSource(pieces(), {});
    expect((await source.head(2000)).length).toBe(2000);
    expect(asked).toBeLessThan(10 * 2000);
  });
});
