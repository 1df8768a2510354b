/** What input from anywhere may bring about: a result, or one of the documented errors; and nothing beside that. */
import { expect } from "vitest";
import { JournalError } from "../../src/errors.js";

/**
 * How many rounds a property is tried, the same ones each time. `FUZZ=50` in the environment makes it fifty times as many,
 * and others every time.
 */
export function rounds(count: number): { numRuns: number; seed?: number } {
  const { FUZZ } = process.env;
  return FUZZ === undefined ? { numRuns: count, seed: SEED } : { numRuns: Math.ceil(count * Number(FUZZ)) };
}

const SEED = 20251208;

/** The time that so many rounds may take. */
export const PATIENCE_MS = 60_000 * Math.max(1, Number(process.env.FUZZ ?? 1));

/** What came of it: a value, or the code of a documented error. Anything else that is thrown is a defect, and is thrown on. */
export type Outcome<T> =
  | { readonly value: T; readonly error?: never }
  | { readonly error: JournalError; readonly value?: never };

export async function outcomeOf<T>(action: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await action() };
  } catch (error) {
    if (error instanceof JournalError) return { error };
    throw error;
  }
}

const prototypes = [Object, Array, Function, String, Number, Map, Set, Promise, Error, Uint8Array].map(
  ({ prototype }) => prototype as object,
);
const before = prototypes.map(described);

/** Nothing was put into a prototype that others share, taken from it, or changed in it. */
export function expectPrototypesUntouched(): void {
  for (const [index, prototype] of prototypes.entries()) {
    const now = described(prototype);
    expect([...now.keys()]).toEqual([...(before[index] ?? new Map()).keys()]);
    for (const [key, value] of now) expect(Object.is(value, before[index]?.get(key))).toBe(true);
  }
}

function described(prototype: object): Map<PropertyKey, unknown> {
  const own = Object.getOwnPropertyDescriptors(prototype) as { [key: PropertyKey]: PropertyDescriptor };
  return new Map(Reflect.ownKeys(own).map((key) => [key, own[key]?.value ?? own[key]?.get]));
}
