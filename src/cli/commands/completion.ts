/** `completion`: the script by which a shell completes commands, options and ids. It reads names and changes nothing. */
import { type Command, type Context, WORKSPACE_OPTION } from "../command.js";
import { usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";

const SHELLS = ["bash", "zsh", "fish"] as const;
/** What the scripts ask for while somebody types. */
const SESSIONS = "sessions";

export const completion: Command = {
  usage: SHELLS.join("|"),
  about: [
    "Prints a script by which a shell completes commands, options, their values, and the ids of sessions. The end of an id completes to the whole where only one session has it.",
    "",
    "A script that was saved knows the options of its version: save it again after an update.",
  ],
  options: [{ ...WORKSPACE_OPTION, about: "For the scripts: whose ids" }],
  operands: { atLeast: 1, atMost: 2, hint: `needs the shell: ${SHELLS.join(", ")}`, choices: SHELLS },
  examples: [
    ["completion bash > ~/.choragen.bash", "bash, with the line . ~/.choragen.bash in ~/.bashrc"],
    [
      "completion zsh > ~/.zfunc/_choragen-session",
      "zsh, with fpath=(~/.zfunc $fpath) in ~/.zshrc before it calls compinit",
    ],
    ["completion fish | source", "fish, as a line of ~/.config/fish/config.fish"],
  ],
  run,
};

async function run({ given, out }: Context): Promise<ExitCode> {
  const [shell = "", ...rest] = given.operands;
  if (shell === SESSIONS) {
    const { completeId } = await import("../completion/session-ids.js");
    const ids = completeId(rest[0] ?? "", given.value("workspace"));
    if (ids.length > 0) await out.line(ids.join("\n"));
    return EXIT.ok;
  }
  const [extra] = rest;
  if (extra !== undefined) throw usageError(`completion does not take "${extra}" behind ${shell}`);
  await out.text(await scriptFor(shell));
  return EXIT.ok;
}

async function scriptFor(shell: string): Promise<string> {
  const known = SHELLS.find((name) => name === shell);
  if (known === undefined)
    throw usageError(`completion knows no shell "${shell}"; it knows ${SHELLS.join(", ")}`);
  const { completionWords } = await import("../completion/words.js");
  const words = await completionWords();
  switch (known) {
    case "bash":
      return (await import("../completion/bash.js")).bashScript(words);
    case "zsh":
      return (await import("../completion/zsh.js")).zshScript(words);
    case "fish":
      return (await import("../completion/fish.js")).fishScript(words);
  }
}
