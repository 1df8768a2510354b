/** What a line of each command's `--json` is, by the command's name. */
import type * as v from "valibot";
import { diffLine } from "./diff.js";
import { exportLine } from "./export.js";
import { importLine } from "./import.js";
import { listLine } from "./list.js";
import { pruneLine } from "./prune.js";
import { repairLine } from "./repair.js";
import { scanSecretsLine } from "./scan-secrets.js";
import { searchLine } from "./search.js";
import { showLine } from "./show.js";
import { statsLine } from "./stats.js";
import { tailLine } from "./tail.js";
import { verifyLine } from "./verify.js";

export const OUTPUT_SCHEMAS: { readonly [command: string]: v.GenericSchema } = {
  diff: diffLine,
  export: exportLine,
  import: importLine,
  list: listLine,
  prune: pruneLine,
  repair: repairLine,
  "scan-secrets": scanSecretsLine,
  search: searchLine,
  show: showLine,
  stats: statsLine,
  tail: tailLine,
  verify: verifyLine,
};
