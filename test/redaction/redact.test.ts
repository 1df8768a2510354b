import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { openRedaction, type RedactOptions } from "../../src/redaction/options.js";
import { samples } from "./samples.js";

const KEY = "sixteen bytes at least";
const github = samples().find(({ kind }) => kind === "github-token")?.secret ?? "";

function redact(options: RedactOptions, data: object, type = "x-any"): unknown {
  return openRedaction({ hashKey: KEY, ...options })?.(type, data);
}

const marker = (kind: string) => expect.stringMatching(new RegExp(`^\\[REDACTED:${kind}:[\\w-]{12}\\]$`));

describe("keys", () => {
  it("go without regard to case, - and _, at any depth", () => {
    const data = { apiKey: "1", b: [{ "API-KEY": "2", c: { api_key: { d: [3] }, apikeys: "4" } }] };
    expect(redact({ keys: ["api_key"] }, data)).toEqual({
      apiKey: marker("key"),
      b: [{ "API-KEY": marker("key"), c: { api_key: marker("key"), apikeys: "4" } }],
    });
  });

  it("may be regular expressions, as they are written", () => {
    const data = { myToken: "1", token: "2", TOKEN: "3", other: true };
    const expected = { myToken: marker("key"), token: "2", TOKEN: "3", other: marker("key") };
    expect(redact({ keys: [/Token$/g, /^other/y] }, data)).toEqual(expected);
    expect(redact({ keys: [/Token$/g, /^other/y] }, data)).toEqual(expected);
  });

  it("hide numbers, booleans and whole objects, and leave null", () => {
    expect(
      redact({ keys: ["k"] }, { a: { k: 7 }, b: { k: false }, c: { k: { d: 1 } }, e: { k: null } }),
    ).toEqual({
      a: { k: marker("key") },
      b: { k: marker("key") },
      c: { k: marker("key") },
      e: { k: null },
    });
  });
});

describe("paths", () => {
  test.each<[string, object, object]>([
    ["a.b", { a: { b: "1", c: "2" }, b: "3" }, { a: { b: marker("path"), c: "2" }, b: "3" }],
    ["a.*", { a: { b: "1", c: [2] }, d: "3" }, { a: { b: marker("path"), c: marker("path") }, d: "3" }],
    [
      "*.b",
      { a: { b: "1" }, c: { b: "2" }, b: "3" },
      { a: { b: marker("path") }, c: { b: marker("path") }, b: "3" },
    ],
    ["a[1]", { a: ["1", "2"] }, { a: ["1", marker("path")] }],
    ["a[*].b", { a: [{ b: "1" }, { c: "2" }] }, { a: [{ b: marker("path") }, { c: "2" }] }],
    ['a["b.c"]["]"]', { a: { "b.c": { "]": "1" } } }, { a: { "b.c": { "]": marker("path") } } }],
    ["A", { a: "1" }, { a: "1" }],
    ["toString", { a: "1" }, { a: "1" }],
  ])("%s names that place alone", (path, data, expected) => {
    expect(redact({ paths: [path] }, data)).toEqual(expected);
  });

  it("may be several that part and meet", () => {
    const data = { a: { b: { c: "1", d: "2" }, e: { c: "3" } } };
    expect(redact({ paths: ["a.*.c", "a.b.d"] }, data)).toEqual({
      a: { b: { c: marker("path"), d: marker("path") }, e: { c: marker("path") } },
    });
  });
});

describe("secrets", () => {
  it("are taken out of texts and of names, and the rest stays", () => {
    const data = { text: `a ${github} b`, [github]: { [`x ${github}`]: 1 }, n: 1, l: [null, true, github] };
    expect(redact({ secrets: true }, data)).toEqual({
      text: expect.stringMatching(/^a \[REDACTED:github-token:[\w-]{12}\] b$/),
      [mark(github)]: { [`x ${mark(github)}`]: 1 },
      n: 1,
      l: [null, true, mark(github)],
    });
  });

  it("keep two members apart that become alike", () => {
    const data = { [github]: 1, [mark(github)]: 2 };
    expect(redact({ secrets: true }, data)).toEqual({ [mark(github)]: 1, [`${mark(github)}~2`]: 2 });
  });

  it("are the same when redacted again", () => {
    const data = { texts: samples().map(({ text }) => text) };
    const once = redact({ secrets: true, keys: ["k"] }, { ...data, k: "v" });
    expect(redact({ secrets: true, keys: ["k"] }, once as object)).toEqual(once);
    expect(JSON.stringify(once).match(/REDACTED/g)).toHaveLength(samples().length + 1);
  });

  function mark(secret: string): string {
    return (redact({ secrets: true }, { secret }) as { secret: string }).secret;
  }
});

describe("the tag", () => {
  const tagOf = (options: RedactOptions, data: object) =>
    /:([\w-]{12})\]/.exec(JSON.stringify(redact(options, data)))?.[1];

  it("is the same for equal secrets, however they were found", () => {
    const byPattern = tagOf({ secrets: true }, { a: `in ${github}` });
    expect(tagOf({ keys: ["a"] }, { a: github })).toBe(byPattern);
    expect(tagOf({ paths: ["b"] }, { b: github })).toBe(byPattern);
    expect(tagOf({ keys: ["a"] }, { a: `${github}.` })).not.toBe(byPattern);
  });

  it("is another under another key, and without a key for each writer", () => {
    const tags = [KEY, `${KEY}!`, new TextEncoder().encode(`${KEY}?`), undefined, undefined].map((hashKey) =>
      tagOf({ keys: ["a"], hashKey }, { a: "v" }),
    );
    expect(new Set(tags).size).toBe(5);
    expect(tagOf({ keys: ["a"], hashKey: new TextEncoder().encode(KEY) }, { a: "v" })).toBe(tags[0]);
  });
});

describe("structure", () => {
  it("is never touched, whatever names it", () => {
    const data = {
      callId: github,
      timestamp: "t",
      at: "then",
      name: "run",
      params: { callId: "inner", timestamp: "inner" },
      governanceResult: { allowed: true, reason: "r" },
    };
    const options = { keys: [/./], paths: ["*", "*.*"], secrets: true };
    expect(redact(options, data, "tool_call.started")).toEqual({
      callId: github,
      timestamp: "t",
      at: "then",
      name: marker("path"),
      params: { callId: marker("path"), timestamp: marker("path") },
      governanceResult: { allowed: true, reason: marker("path") },
    });
    const usage = { input: 1, output: 2, responseId: "r", model: "m" };
    expect(redact(options, usage, "token_usage.updated")).toEqual({ ...usage, model: marker("path") });
  });

  it("is the runtime's own in its own events", () => {
    expect(redact({ keys: ["callId", "params"] }, { callId: "1", params: {} })).toEqual({
      callId: marker("key"),
      params: marker("key"),
    });
  });
});

describe("custom", () => {
  it("redacts as it likes, after the rest, with markers of its own", () => {
    const seen: string[] = [];
    const custom: RedactOptions["custom"] = (text, mark) => {
      seen.push(text);
      return text.replace(/EMP-\d+/g, (id) => mark(id, "employee"));
    };
    expect(redact({ secrets: true, custom }, { text: `EMP-12 has ${github}` })).toEqual({
      text: expect.stringMatching(
        /^\[REDACTED:employee:[\w-]{12}\] has \[REDACTED:github-token:[\w-]{12}\]$/,
      ),
    });
    expect(seen.join()).not.toContain(github);
    expect(redact({ custom: (_, mark) => mark("x", "No Kind!") }, { a: "x" })).toEqual({
      [JSON.parse(JSON.stringify(redact({ custom: (_, mark) => mark("x") }, ["x"])))[0]]: marker("custom"),
    });
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new TypeError("the secret");
      },
    ],
    ["returns undefined", () => undefined],
    ["returns a Promise", () => Promise.resolve("the secret")],
  ])("that %s costs the text, not the event, and is told of once, without the text", (_, fail) => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    const custom = ((text: string) => (text.includes("secret") ? fail() : text)) as RedactOptions["custom"];
    expect(redact({ custom }, { a: "the secret", b: "the other secret", c: "c" })).toEqual({
      a: marker("custom-failed"),
      b: marker("custom-failed"),
      c: "c",
    });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]?.[0])).not.toContain("the secret");
  });

  it("that empties a text leaves a marker", () => {
    expect(redact({ custom: (text) => (text === "x" ? "" : text) }, { a: "x", b: "" })).toEqual({
      a: marker("custom"),
      b: "",
    });
  });
});

describe("the caller's object", () => {
  it("is not changed, and what was looked at is what is written", () => {
    const deep = Object.freeze({ list: Object.freeze([github]), k: Object.freeze({ v: 1 }) });
    redact({ secrets: true, keys: ["k"] }, deep);
    let reads = 0;
    const changing = Object.defineProperty({}, "a", {
      enumerable: true,
      get: () => (reads++ > 0 ? github : "b"),
    });
    const redacted = redact({ secrets: true }, changing) as { a: string };
    expect([redacted.a, redacted.a, reads]).toEqual(["b", "b", 1]);
    const proto = JSON.parse(`{"__proto__":{"a":"${github}"}}`) as object;
    expect(JSON.stringify(redact({ secrets: true }, proto))).toMatch(/^\{"__proto__":\{"a":"\[REDACTED/);
  });

  it("may be entangled or bottomless: the copy has an end", () => {
    let entangled: unknown[] = [github];
    for (let level = 0; level < 40; level += 1) entangled = [entangled, entangled];
    let copy = (redact({ secrets: true }, { entangled }) as { entangled: unknown }).entangled;
    while (Array.isArray(copy)) copy = copy[copy.length - 1];
    expect(copy).toEqual(marker("github-token"));
    const bottomless: object = new Proxy(
      {},
      {
        ownKeys: () => ["a"],
        get: () => bottomless,
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
      },
    );
    expect(JSON.stringify(redact({ secrets: true }, bottomless))).toContain("Nested deeper");
  });
});

describe("options", () => {
  it.each<[unknown, string]>([
    [5, "redact must be an object"],
    [["a"], "redact must be an object"],
    [{ key: ["a"] }, 'redact has no option "key"; there are keys, paths, secrets, custom, hashKey'],
    [{ keys: "a" }, "redact.keys must be an array"],
    [{ keys: [""] }, "redact.keys: each must be a name"],
    [{ keys: [1] }, "redact.keys: each must be a name"],
    [{ paths: "a" }, "redact.paths must be an array"],
    [{ paths: [""] }, 'redact.paths: "" is no path'],
    [{ paths: ["a..b"] }, 'redact.paths: "a..b" is no path (at character 2)'],
    [{ paths: ["a["] }, "is no path"],
    [{ paths: ['a["\\x"]'] }, "is no path"],
    [{ paths: ["callId"] }, 'redact.paths: "callId" is needed to read the journal'],
    [{ paths: ["result.success"] }, "is needed to read the journal"],
    [{ paths: ["message"] }, 'name what is in it, such as "message.*"'],
    [{ secrets: "yes" }, "redact.secrets must be true or false"],
    [{ custom: "x" }, "redact.custom must be a function"],
    [{ hashKey: "short" }, "hashKey must be a text or a Uint8Array of at least 16 bytes"],
    [{ hashKey: new Uint8Array(15) }, "hashKey must be"],
    [{ hashKey: 5 }, "hashKey must be"],
  ])("%j is refused", (options, message) => {
    expect(() => openRedaction(options as RedactOptions)).toThrow(TypeError);
    expect(() => openRedaction(options as RedactOptions)).toThrow(message);
  });

  it("that ask for nothing cost nothing", () => {
    expect(openRedaction(undefined)).toBeUndefined();
    expect(openRedaction({})).toBeUndefined();
    expect(openRedaction({ secrets: false, keys: [], paths: [] })).toBeUndefined();
  });
});
