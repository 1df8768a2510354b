/** What a repair would do, for the person who is asked: a line for each step, in the order of doing. It finds nothing out. */
import type { RepairPlan } from "../journal/repair-plan.js";
import { countOf, formatCount } from "./view/figures.js";

/** Nothing where nothing is to be done. */
export function repairSteps(plan: RepairPlan): string[] {
  if (!plan.isNeeded) return [];
  const steps = [...takeOut(plan), ...sealAnew(plan)];
  if (plan.closedCalls > 0) {
    steps.push(`close ${countOf(plan.closedCalls, "call")} without a result as interrupted`);
  }
  if (plan.infersEnd) steps.push("end the session as interrupted");
  if (plan.movesSnapshot) steps.push("move the snapshot, which says more than what is left, aside");
  return steps;
}

function takeOut({ keeps, removedBytes, break: found }: RepairPlan): string[] {
  if (keeps === "original") return ["keep the original whole, beside it"];
  if (keeps === "nothing") return [];
  const bytes = `${countOf(removedBytes, "byte")} of a torn record at byte ${found?.byteOffset}`;
  return [`take out ${bytes}, kept beside it`];
}

/** Only where there is damage. */
function sealAnew({ keeps, records, salvaged, gap, infersStart, break: found }: RepairPlan): string[] {
  if (keeps !== "original") return [];
  const steps: string[] = [];
  if (records > 0) {
    const place = `line ${found?.line} (byte ${found?.byteOffset})`;
    steps.push(`keep ${theRecords(records)} before ${place} as ${records === 1 ? "it is" : "they are"}`);
  }
  if (infersStart) steps.push("begin with a start of the session made of what can be told of it");
  if (gap !== undefined) steps.push(`say in it that ${gapText(gap)} lost`);
  steps.push(
    salvaged === 0
      ? "save no record behind the damage: none can be proved"
      : `seal anew ${theRecords(salvaged)} behind the damage that can be proved`,
  );
  return steps;
}

function theRecords(count: number): string {
  return count === 1 ? "the record" : `the ${formatCount(count)} records`;
}

function gapText({ fromSeq, toSeq }: { readonly fromSeq: number; readonly toSeq: number }): string {
  if (fromSeq === toSeq) return `record ${formatCount(fromSeq)} is`;
  return `of the records ${formatCount(fromSeq)} to ${formatCount(toSeq)} some or all are`;
}
