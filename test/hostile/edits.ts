/** Changes to bytes as accidents and people make them: cut, flipped, doubled, swapped, written into. */
import fc from "fast-check";

type Kind =
  | "cut"
  | "flip"
  | "remove"
  | "repeat"
  | "zero"
  | "insert"
  | "overwrite"
  | "swap lines"
  | "double line";

export interface Edit {
  readonly kind: Kind;
  /** In millionths of the length: so that an edit means something in bytes of any length. */
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** What is likely to be taken for something else. */
export const traps = [
  ...[
    "\n",
    "\r\n",
    "\0",
    "\0\0\0\0\0\0\0\0",
    "\ufeff",
    "\u2028",
    "\\ud800",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    "\\",
  ],
  ...['"__proto__":{"polluted":true},', '{"__proto__":{"polluted":true}}', '"constructor":{"prototype":{}},'],
  ...["1e400", "-1e400", "9".repeat(400), "-0", "0x10", "NaN", "null", "true", "[]", "{}", '""'],
  ...["[".repeat(5_000), '{"a":'.repeat(2_000), `${"[".repeat(3_000)}${"]".repeat(3_000)}`],
  ...[
    '"seq":',
    '{"seq":1,"time":"',
    ',"hash":"',
    '"}\n',
    ',"durable":9',
    ',"durable":9007199254740993',
    '"type":',
  ],
  ...['"\u001b]0;x\u0007"', '"\u202e"', "//", "/*", "'", "\u00ff"],
];

export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Kind>(
      ...(["cut", "flip", "remove", "repeat", "zero"] as const),
      ...(["insert", "insert", "overwrite", "overwrite", "swap lines", "double line"] as const),
    ),
    at: fc.nat({ max: 1_000_000 }),
    length: fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 2_000 })),
    text: fc.oneof(fc.constantFrom(...traps), fc.string({ maxLength: 6 })),
  }),
  { minLength: 1, maxLength: 4 },
);

export function edited(bytes: Uint8Array, changes: readonly Edit[]): Buffer {
  return changes.reduce(applyEdit, Buffer.from(bytes));
}

function applyEdit(bytes: Buffer, { kind, at, length, text }: Edit): Buffer {
  const start = Math.floor((at / 1_000_000) * bytes.length);
  const end = Math.min(bytes.length, start + length);
  const replaced = (by: Uint8Array) => Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);
  switch (kind) {
    case "cut":
      return bytes.subarray(0, start);
    case "flip":
      return replaced(bytes.subarray(start, end).map((byte) => byte ^ (1 << (length % 8))));
    case "remove":
      return replaced(Buffer.alloc(0));
    case "repeat":
      return replaced(Buffer.concat([bytes.subarray(start, end), bytes.subarray(start, end)]));
    case "zero":
      return replaced(Buffer.alloc(end - start));
    case "insert":
      return Buffer.concat([bytes.subarray(0, start), Buffer.from(text), bytes.subarray(start)]);
    case "overwrite":
      return Buffer.concat([
        bytes.subarray(0, start),
        Buffer.from(text),
        bytes.subarray(start + text.length),
      ]);
    default:
      return withLines(bytes, start, kind);
  }
}

function withLines(bytes: Buffer, start: number, kind: "swap lines" | "double line"): Buffer {
  const lines = bytes.toString("latin1").split(/(?<=\n)/);
  let passed = 0;
  const index = lines.findIndex((line) => {
    passed += line.length;
    return passed > start;
  });
  const [one = "", two = ""] = lines.slice(Math.max(0, index), Math.max(0, index) + 2);
  lines.splice(Math.max(0, index), 2, ...(kind === "swap lines" ? [two, one] : [one, one, two]));
  return Buffer.from(lines.join(""), "latin1");
}
