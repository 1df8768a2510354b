/** Which formats there are. The order is that of the error about an unknown file; which one a source is does not depend on it. */
import { atif } from "./formats/atif.js";
import { choragenJournal } from "./formats/choragen-journal.js";
import { choragenMetrics } from "./formats/choragen-metrics.js";
import { choragenSession } from "./formats/choragen-session.js";
import { claudeCode } from "./formats/claude-code.js";
import { codex } from "./formats/codex.js";
import { geminiCli } from "./formats/gemini-cli.js";
import { inspect } from "./formats/inspect.js";
import { miniSweAgent } from "./formats/mini-swe-agent.js";
import { openhands } from "./formats/openhands.js";
import { pi } from "./formats/pi.js";
import { sweAgent } from "./formats/swe-agent.js";
import { tauBench } from "./formats/tau-bench.js";
import { tau2Bench } from "./formats/tau2-bench.js";
import type { ForeignFormat, FormatName } from "./types.js";

export const FORMATS: readonly ForeignFormat[] = [
  claudeCode,
  pi,
  codex,
  atif,
  miniSweAgent,
  sweAgent,
  tauBench,
  tau2Bench,
  openhands,
  geminiCli,
  inspect,
  choragenSession,
  choragenMetrics,
  choragenJournal,
];

export function formatNamed(name: FormatName): ForeignFormat {
  const found = FORMATS.find((format) => format.name === name);
  if (found !== undefined) return found;
  const names = FORMATS.map((format) => format.name).join(", ");
  throw new TypeError(`there is no format "${name}"; there are ${names}`);
}
