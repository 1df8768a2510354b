// @ts-check
/** The command-line program from its start to its end, against Node that starts and does nothing. */
import { spawnSync } from "node:child_process";
import { CLI_PATH } from "../library.mjs";
import { interleave, timeCalls } from "../measure.mjs";
import { runProgram } from "../programs.mjs";
import { compare } from "../table.mjs";

const SESSIONS = 100;

/** @param {import("../place.mjs").Context} context */
export async function measure({ dir, quick }) {
  const what = "choragen-session list, 100 sessions";
  await runProgram("make-sessions", [dir, String(SESSIONS)]);
  const env = { ...process.env, CHORAGEN_SESSIONS_DIR: dir };
  const run = (/** @type {readonly string[]} */ ...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
    return stdout;
  };
  if (run(CLI_PATH, "list").split("\n").length < SESSIONS) throw new Error("not every session is listed");
  const [list, help, bare] = await interleave(
    [
      { name: "choragen-session list", sample: () => timeCalls(1, () => run(CLI_PATH, "list")) },
      { name: "choragen-session --help", sample: () => timeCalls(1, () => run(CLI_PATH, "--help")) },
      { name: "node -e 0", sample: () => timeCalls(1, () => run("-e", "0")) },
    ],
    { rounds: quick ? 10 : 40, warmup: 3 },
  );
  return [compare(what, list, bare, 2.5), compare("choragen-session --help", help, bare, 1.6)];
}
