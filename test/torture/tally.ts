/** What a run of the torture has done, in numbers, and the table of them. */
export interface Tally {
  lives: number;
  steps: number;
  faultPoints: number;
  crashStates: number;
  realFaults: number;
  kills: number;
  inputsFuzzed: number;
  eventsChecked: number;
  recordsFollowed: number;
  rewindsTold: number;
  repairs: number;
  losses: number;
}

export function emptyTally(): Tally {
  return {
    lives: 0,
    steps: 0,
    faultPoints: 0,
    crashStates: 0,
    realFaults: 0,
    kills: 0,
    inputsFuzzed: 0,
    eventsChecked: 0,
    recordsFollowed: 0,
    rewindsTold: 0,
    repairs: 0,
    losses: 0,
  };
}

export function addTally(sum: Tally, more: Partial<Tally>): void {
  for (const [key, value] of Object.entries(more)) sum[key as keyof Tally] += value;
}

const rows: readonly (readonly [keyof Tally, string])[] = [
  ["lives", "lives"],
  ["steps", "steps in them"],
  ["faultPoints", "fault points"],
  ["crashStates", "crash states"],
  ["realFaults", "real faults"],
  ["kills", "kills"],
  ["inputsFuzzed", "inputs fuzzed"],
  ["repairs", "repairs"],
  ["recordsFollowed", "records followed"],
  ["rewindsTold", "rewinds told to followers"],
  ["eventsChecked", "acknowledged events checked"],
  ["losses", "losses"],
];

/** A Markdown table. */
export function tableOf(tally: Tally): string {
  const cells = rows.map(([key, what]) => [what, tally[key].toLocaleString("en-US")] as const);
  const left = Math.max(...cells.map(([what]) => what.length));
  const right = Math.max(...cells.map(([, number]) => number.length), 3);
  const line = (what: string, number: string) => `| ${what.padEnd(left)} | ${number.padStart(right)} |`;
  const head = [line("", ""), `| ${"-".repeat(left)} | ${"-".repeat(right - 1)}: |`];
  return [...head, ...cells.map(([what, number]) => line(what, number))].join("\n");
}
