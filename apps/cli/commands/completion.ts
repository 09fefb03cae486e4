import { Argument, type Command } from "commander";
import { conclude, type Cli } from "../cli.ts";
import { createCommand } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

/** `omoios completion`: a script for the shell, made from the commands there are. */
export function completionCommand(cli: Cli): Command {
  return createCommand("completion", "Print a completion script for your shell", [
    { line: 'eval "$(omoios completion bash)"', does: "in ~/.bashrc" },
    { line: 'eval "$(omoios completion zsh)"', does: "in ~/.zshrc, after compinit" },
    { line: "omoios completion fish | source", does: "in ~/.config/fish/config.fish" },
  ])
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(shells))
    .action(async (shell: Shell, _flags: object, command: Command) =>
      conclude(cli, {}, async () => {
        cli.terminal.print(completionScript(shell, wordsByCommand(command.parent ?? command)));
        return Promise.resolve(exitCodes.done);
      }),
    );
}

/** What may follow each command, by its words: `""`, `spec`, `spec show`. */
function wordsByCommand(program: Command, path = ""): ReadonlyMap<string, readonly string[]> {
  const options = program.options.flatMap((option) =>
    option.long === undefined || option.long === null ? [] : [option.long],
  );
  const own = [path, [...program.commands.map((command) => command.name()), ...options, "--help"]] as const;
  const nested = program.commands.flatMap((command) => [
    ...wordsByCommand(command, `${path} ${command.name()}`.trim()),
  ]);
  return new Map([own, ...nested]);
}

function completionScript(shell: Shell, words: ReadonlyMap<string, readonly string[]>): string {
  switch (shell) {
    case "bash":
      return bashScript(words);
    case "zsh":
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(words)}`;
    case "fish":
      return fishScript(words);
  }
}

function bashScript(words: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...words].map(([path, next]) => `    "${path}") next="${next.join(" ")}" ;;`);
  return `_omoios() {
  local next="" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  while :; do
    case "$path" in
${cases.join("\n")}
    esac
    [ -n "$next" ] || [ -z "$path" ] && break
    case "$path" in *" "*) path="\${path% *}" ;; *) path="" ;; esac
  done
  COMPREPLY=($(compgen -W "$next" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _omoios omoios`;
}

function fishScript(words: ReadonlyMap<string, readonly string[]>): string {
  return [...words]
    .map(([path, next]) => {
      const seen = path
        .split(" ")
        .filter((word) => word !== "")
        .map((word) => `__fish_seen_subcommand_from ${word}`);
      const when = seen.length === 0 ? "__fish_use_subcommand" : seen.join("; and ");
      return `complete -c omoios -n '${when}' -a '${next.join(" ")}'`;
    })
    .join("\n");
}
