/** The script for bash, 3.2 and later. It needs no other package of completions. */
import type { CommandWords, OptionWords, Source } from "./words.js";

export function bashScript(commands: readonly CommandWords[]): string {
  return `# Completion of choragen-session for bash.

_choragen_session() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  # bash takes --option=value for three words.
  if [[ $cur == "=" ]]; then cur=""
  elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if (( COMP_CWORD == 1 )); then
    _choragen_session_words "${[...commands.map(({ name }) => name), "help", "--help", "--version"].join(" ")}"
    return
  fi
  local options="" operand=nothing
  case $command in
${commands.map(commandCase).join("\n")}
    help) operand="words ${commands.map(({ name }) => name).join(" ")}" ;;
  esac
  case "$command $prev" in
${commands.flatMap(valueCases).join("\n")}
  esac
  if [[ $cur == -* ]]; then _choragen_session_words "$options"
  else _choragen_session_source "$1" $operand
  fi
}

# What can stand there: "session", "file", "directory", "nothing", or "words" and the words.
_choragen_session_source() {
  case $2 in
    session)
      if [[ $cur != */* ]]; then _choragen_session_ids "$1"; fi
      if (( \${#COMPREPLY[@]} == 0 )); then _choragen_session_names -f; fi
      ;;
    file) _choragen_session_names -f ;;
    directory) _choragen_session_names -d ;;
    words) _choragen_session_words "\${*:3}" ;;
  esac
}

_choragen_session_words() {
  local IFS=$' \\t\\n'
  COMPREPLY=( $(compgen -W "$1" -- "$cur") )
}

# Ids hold nothing that a shell would read as more than text.
_choragen_session_ids() {
  local IFS=$' \\t\\n' index where=()
  for (( index = 2; index < COMP_CWORD; index++ )); do
    if [[ \${COMP_WORDS[index]} == --workspace ]]; then
      if [[ \${COMP_WORDS[index+1]} == "=" ]]; then where=(--workspace "\${COMP_WORDS[index+2]/#\\~/$HOME}")
      else where=(--workspace "\${COMP_WORDS[index+1]/#\\~/$HOME}")
      fi
    fi
  done
  compopt -o nosort 2>/dev/null
  COMPREPLY=( $("$1" completion sessions "$cur" \${where[@]+"\${where[@]}"} 2>/dev/null) )
}

_choragen_session_names() {
  local name
  compopt -o filenames 2>/dev/null
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen "$1" -- "$cur")
}

complete -F _choragen_session choragen-session
`;
}

function commandCase({ name, options, operand }: CommandWords): string {
  const flags = options.flatMap(flagsOf).join(" ");
  return `    ${name}) options="${flags}"; operand="${sourceText(operand)}" ;;`;
}

function valueCases({ name, options }: CommandWords): string[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return [];
    const patterns = flagsOf(option).map((flag) => `"${name} ${flag}"`);
    return `    ${patterns.join("|")}) _choragen_session_source "$1" ${sourceText(option.value.source)}; return ;;`;
  });
}

function flagsOf({ name, short }: OptionWords): string[] {
  return short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`];
}

function sourceText(source: Source): string {
  return typeof source === "string" ? source : `words ${source.join(" ")}`;
}
