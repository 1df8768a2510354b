/** The table at the end: a row for each thing that was done, and whether it came out as it should. */

export interface Row {
  readonly what: string;
  readonly seconds: number;
  readonly memoryMiB: number;
  /** How much memory it may take; absent where the state itself is in it. */
  readonly mostMiB?: number;
  readonly found: string;
  readonly isRight: boolean;
}

export function holds({ isRight, memoryMiB, mostMiB }: Row): boolean {
  return isRight && (mostMiB === undefined || memoryMiB <= mostMiB);
}

export function line(row: Row): string {
  const { what, seconds, memoryMiB, mostMiB, found } = row;
  const memory = `${Math.round(memoryMiB)}${mostMiB === undefined ? "" : ` of ${Math.round(mostMiB)}`} MiB`;
  return `| ${what} | ${seconds.toFixed(1)} s | ${memory} | ${found} | ${holds(row) ? "yes" : "NO"} |`;
}

export const HEAD =
  "| what | time | memory over bare Node | found | holds |\n| --- | --- | --- | --- | --- |";
