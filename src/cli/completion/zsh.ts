/** The script for zsh: to be sourced, or kept in a folder of `fpath` as `_choragen-session`. */
import type { CommandWords, OptionWords, Source } from "./words.js";

export function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef choragen-session
# Completion of choragen-session for zsh.

_choragen_session() {
  local program=$words[1] workspace=""
  local -i at=$words[(I)--workspace]
  if (( at > 0 && at < CURRENT )); then workspace=$words[at+1]; fi
  local assigned=\${words[(r)--workspace=*]}
  if [[ -n $assigned ]]; then workspace=\${assigned#--workspace=}; fi
  local -a commands=(
${[...commands, { name: "help", about: "What a command does" }].map(({ name, about }) => `    ${quote(`${name}:${about}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    if [[ $words[2] == -* ]]; then compadd -- --help --version
    else _describe -t commands command commands
    fi
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${commands.map(commandCase).join("\n")}
    help) _arguments '1:command:(${commands.map(({ name }) => name).join(" ")})' ;;
  esac
}

# The ids that fit what is typed, also by their end: what is typed is then replaced.
_choragen_session_ids() {
  if [[ $PREFIX == */* ]]; then
    _files
    return
  fi
  local -a ids where
  if [[ -n $workspace ]]; then where=(--workspace \${\${(Q)workspace}/#\\~/$HOME}); fi
  ids=(\${(f)"$(\${(Q)program} completion sessions "$PREFIX" $where 2>/dev/null)"})
  if (( $#ids > 0 )); then compadd -U -a ids
  else _files
  fi
}

if [[ $funcstack[1] == _choragen_session ]]; then _choragen_session "$@"
else compdef _choragen_session choragen-session
fi
`;
}

function commandCase({ name, options, operand }: CommandWords): string {
  const specs = options.map(optionSpec);
  if (operand !== "nothing") specs.push(quote(`*:${titleOf(operand)}:${action(operand)}`));
  return `    ${name})\n      _arguments -s -S \\\n${specs.map((spec) => `        ${spec}`).join(" \\\n")}\n      ;;`;
}

function optionSpec({ name, short, about, value, isRepeatable }: OptionWords): string {
  const text = about.replace(/[[\]\\]/g, "\\$&");
  const behind = value === undefined ? "" : `:${value.title}:${action(value.source)}`;
  const long = `--${name}${value === undefined ? "" : "="}`;
  const rest = quote(`[${text}]${behind}`);
  if (isRepeatable) return short === undefined ? quote("*") + long + rest : `'*'{-${short},${long}}${rest}`;
  return short === undefined ? long + rest : `'(-${short} --${name})'{-${short},${long}}${rest}`;
}

function titleOf(source: Source): string {
  return typeof source === "string" ? source : "name";
}

function action(source: Source): string {
  if (typeof source !== "string") return `(${source.join(" ")})`;
  const actions = {
    session: "_choragen_session_ids",
    file: "_files",
    directory: "_files -/",
    nothing: " ",
  } as const;
  return actions[source];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
