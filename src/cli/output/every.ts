/**
 * What a line of each command's `--json` is, by the command's name. `tail` prints records, with `sessionId` before them
 * where it follows many; `show` prints the state without `journal`.
 */
import type * as v from "valibot";
import { diffLine } from "./diff.js";
import { importLine } from "./import.js";
import { listLine } from "./list.js";
import { pruneLine } from "./prune.js";
import { repairLine } from "./repair.js";
import { scanSecretsLine } from "./scan-secrets.js";
import { searchLine } from "./search.js";
import { statsLine } from "./stats.js";
import { verifyLine } from "./verify.js";

export const OUTPUT_SCHEMAS: { readonly [command: string]: v.GenericSchema } = {
  diff: diffLine,
  import: importLine,
  list: listLine,
  prune: pruneLine,
  repair: repairLine,
  "scan-secrets": scanSecretsLine,
  search: searchLine,
  stats: statsLine,
  verify: verifyLine,
};
