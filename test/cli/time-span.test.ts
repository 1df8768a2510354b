import { describe, expect, test } from "vitest";
import { parseMoment, parseTimeSpan } from "../../src/cli/time-span.js";

const HOUR_MS = 3_600_000;
const span = (text: string) => parseTimeSpan(text, "--older-than");
const now = new Date("2025-12-08T14:31:05.000Z");
const moment = (text: string) => parseMoment(text, "--since", now).toISOString();
const local = (...parts: [number, number, number, number?, number?, number?]) =>
  new Date(...parts).toISOString();

describe("a span of time", () => {
  test.each([
    ["0d", 0],
    ["250ms", 250],
    ["90s", 90_000],
    ["15m", 15 * 60_000],
    ["15 min", 15 * 60_000],
    ["2h", 2 * HOUR_MS],
    ["1h 30m", 1.5 * HOUR_MS],
    ["1.5hours", 1.5 * HOUR_MS],
    ["30d", 720 * HOUR_MS],
    ["2 weeks", 336 * HOUR_MS],
    ["1y", 365.25 * 24 * HOUR_MS],
  ])("%s", (text, durationMs) => {
    expect(span(text)).toBe(durationMs);
  });

  test.each(
    // biome-ignore format: a word list
    ["", " ", "30", "d", "-30d", "30d junk", "junk 30d", "30 foo", "1h30", "1d-2h", "1e3d", "1,000s", "2M", "1group", "2025-12-08", "Infinityd", `${"9".repeat(400)}d`],
  )("%j is none", (text) => {
    expect(() => span(text)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(/^--older-than takes a span/) }),
    );
  });
});

describe("a moment", () => {
  test.each([
    ["2h", "2025-12-08T12:31:05.000Z"],
    ["30d", "2025-11-08T14:31:05.000Z"],
    ["2025-12-08T14:30Z", "2025-12-08T14:30:00.000Z"],
    ["2025-12-08T14:30:05.25+02:00", "2025-12-08T12:30:05.250Z"],
    ["2025-12-08T14:30:05+0200", "2025-12-08T12:30:05.000Z"],
    ["2024-02-29", local(2024, 1, 29)],
    ["2025-12-08", local(2025, 11, 8)],
    ["2025-12-08 14:30", local(2025, 11, 8, 14, 30)],
    ["2025-12-08T14:30:07", local(2025, 11, 8, 14, 30, 7)],
  ])("%s", (text, expected) => {
    expect(moment(text)).toBe(expected);
  });

  test.each(
    // biome-ignore format: a word list
    ["", "soon", "2025", "2025-12", "2025-13-01", "2025-00-01", "2025-12-00", "2025-02-29", "2025-02-30", "2025-12-08T25:00", "2025-12-08T14:60", "2025-12-08Z", "2025-12-08T14:30Zx", "08.12.2025", "1e300y", "999999999y"],
  )("%j is none", (text) => {
    expect(() => moment(text)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(/^--since takes a span/) }),
    );
  });
});
