/**
 * Chance that can be repeated: every number comes from a seed. FAULTS_SEED sets another one than the default, and
 * FAULTS=long asks for larger runs; a failing run names its seed.
 */
export const isLong = process.env.FAULTS === "long";

export const seed = Number(process.env.FAULTS_SEED ?? 20_251_208);

export function pick<T>(random: () => number, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T;
}
