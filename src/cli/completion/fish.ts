/** The script for fish. Fish itself finds what fits anywhere in a candidate, so it is given all ids. */
import type { CommandWords, OptionWords, Source } from "./words.js";

export function fishScript(commands: readonly CommandWords[]): string {
  const names = [...commands, { name: "help", about: "What a command does" }];
  return `# Completion of choragen-session for fish.

function __choragen_session_needs_command
    test (count (commandline -opc)) -eq 1
end

function __choragen_session_is
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = $argv[1]
end

function __choragen_session_ids
    set -l words (commandline -opc)
    set -l where
    for index in (seq (count $words))
        if test "$words[$index]" = --workspace; and test $index -lt (count $words)
            set where --workspace (string replace -r '^~' $HOME -- $words[(math $index + 1)])
        else if string match -q -- '--workspace=*' $words[$index]
            set where --workspace (string replace -r '^~' $HOME -- (string replace -- --workspace= '' $words[$index]))
        end
    end
    $words[1] completion sessions $where 2>/dev/null
end

complete -c choragen-session -f
complete -c choragen-session -n __choragen_session_needs_command -l help -d 'Show the help'
complete -c choragen-session -n __choragen_session_needs_command -l version -d 'Print the version'
${names.map(({ name, about }) => `complete -c choragen-session -n __choragen_session_needs_command -a ${name} -d ${quote(about)}`).join("\n")}
complete -c choragen-session -n '__choragen_session_is help' -a '${commands.map(({ name }) => name).join(" ")}'
${commands.flatMap(commandLines).join("\n")}
`;
}

function commandLines({ name, options, operand }: CommandWords): string[] {
  const start = `complete -c choragen-session -n '__choragen_session_is ${name}'`;
  const lines = options.map((option) => `${start} ${optionText(option)}`);
  const operandText = sourceText(operand);
  return operandText === "" ? lines : [...lines, `${start} ${operandText}`];
}

function optionText({ name, short, about, value }: OptionWords): string {
  const flags = `${short === undefined ? "" : `-s ${short} `}-l ${name} -d ${quote(about)}`;
  return value === undefined ? flags : `${flags} -r ${sourceText(value.source)}`.trimEnd();
}

function sourceText(source: Source): string {
  if (typeof source !== "string") return `-a ${quote(source.join(" "))}`;
  const texts = {
    // The newest first, as the program gives them; a journal may be named by its path, too.
    session: "-k -F -a '(__choragen_session_ids)'",
    file: "-F",
    directory: "-a '(__fish_complete_directories)'",
    nothing: "",
  } as const;
  return texts[source];
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
