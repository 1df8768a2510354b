/** `list`: the sessions of a workspace, newest first, a line each. It reads and changes nothing. */
import { type SelectOptions, selectSessions } from "../../store/select.js";
import { SESSION_ORDERS } from "../../store/session-order.js";
import { LISTED_STATES, type SessionSummary } from "../../store/summary.js";
import type { ParsedArguments } from "../arguments.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { readNumber } from "../read-number.js";
import { SessionTable } from "../view/session-table.js";
import { findPlace, shownPath } from "../workspace.js";

export const list: Command = {
  usage: "[OPTION]...",
  about: [
    "Lists the sessions of a workspace, newest first. A terminal that is narrow shows only the end of each id, which is enough to name the session, and leaves columns out.",
    "",
    "Options that choose sessions can be combined: a session is listed when it fits all of them. In TEXT upper and lower case are alike, and * stands for anything. The exit status is 1 where sessions were looked for and none fits.",
  ],
  options: [
    {
      name: "state",
      value: "STATE",
      about: `Only these, with commas between them: ${LISTED_STATES.join(", ")}`,
      choices: LISTED_STATES,
    },
    { name: "role", value: "TEXT", about: "Only sessions of this role" },
    { name: "model", value: "TEXT", about: "Only sessions of this model" },
    { name: "chain", value: "TEXT", about: "Only sessions of this chain, or of CHAIN/TASK" },
    {
      name: "since",
      value: "WHEN",
      about: "Only sessions started since: a span such as 2h or 30d, or a date, or 2025-12-08T14:30",
    },
    { name: "denied", about: "Only sessions in which a call was denied" },
    { name: "failed", about: "Only sessions in which a call failed (--state failure: whose run failed)" },
    {
      name: "sort",
      value: "FIELD",
      about: `Sort by this; figures descend: ${SESSION_ORDERS.join(", ")}`,
      choices: SESSION_ORDERS,
    },
    { name: "limit", short: "n", value: "N", about: "No more than N sessions" },
    WORKSPACE_OPTION,
    JSON_OPTION,
  ],
  operands: { atLeast: 0, atMost: 0, hint: "" },
  examples: [
    ["list", "the sessions of this workspace"],
    ["list --state running,interrupted", "what runs, and what was cut off"],
    ["list --since 2d --model '*sonnet*' --sort tokens -n 10", "the dearest of the last two days"],
    ["list --json --state failure | jq -r .id", "the ids of those that failed"],
  ],
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, out, say } = context;
  const filters = await readFilters(given);
  const sort = oneOf("--sort", given.value("sort"), SESSION_ORDERS);
  const limit = readNumber(given.value("limit"), "--limit", 1);
  const { directory } = findPlace(given.value("workspace"));
  const { head, row } = await createFormat(context);
  let count = 0;
  for await (const session of selectSessions({ sessionsDir: directory, ...filters, sort, limit })) {
    if (count++ === 0 && head !== undefined) await out.line(head);
    await out.line(row(session));
  }
  if (count > 0) return EXIT.ok;
  const isFiltered = Object.values(filters).some((filter) => filter !== undefined && filter !== false);
  say(`${isFiltered ? "none of the sessions fits" : "there are no sessions yet"} in ${shownPath(directory)}`);
  return isFiltered ? EXIT.finding : EXIT.ok;
}

async function readFilters(given: ParsedArguments): Promise<SelectOptions> {
  const since = given.value("since");
  return {
    states: given
      .value("state")
      ?.split(",")
      .map((state) => oneOf("--state", state, LISTED_STATES)),
    role: given.value("role"),
    model: given.value("model"),
    chain: given.value("chain"),
    since: since === undefined ? undefined : (await import("../time-span.js")).parseMoment(since, "--since"),
    denied: given.has("denied"),
    failed: given.has("failed"),
  };
}

function oneOf<T extends string>(option: string, text: string, names: readonly T[]): T;
function oneOf<T extends string>(
  option: string,
  text: string | undefined,
  names: readonly T[],
): T | undefined;
function oneOf<T extends string>(option: string, text: string | undefined, names: readonly T[]) {
  const found = names.find((name) => name === text);
  if (found !== undefined || text === undefined) return found;
  throw usageError(`${option} takes one of ${names.join(", ")}, not "${text}"`);
}

interface Format {
  readonly head?: string;
  readonly row: (session: SessionSummary) => string;
}

async function createFormat({ given, paint, width }: Context): Promise<Format> {
  if (given.has("json")) {
    const { JsonLines } = await import("../json-lines.js");
    const lines = new JsonLines();
    return { row: (session) => lines.format(session) };
  }
  const table = new SessionTable(width, paint);
  return { head: table.titles(), row: (session) => table.row(session) };
}
