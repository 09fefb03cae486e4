/**
 * The whole environment git gets. It is built, never inherited: a variable of the server (`GIT_DIR`, `GIT_SSH_COMMAND`,
 * `GIT_CONFIG_*`) and a file of the user (`~/.gitconfig`, `/etc/gitconfig`) must not change what git does here.
 */
export function hardenedEnvironment(searchPath: string): Readonly<Record<string, string>> {
  return {
    PATH: searchPath,
    HOME: "/nonexistent",
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    GIT_PAGER: "cat",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_AUTHOR_NAME: "OmoiOS",
    GIT_AUTHOR_EMAIL: "omoios@localhost",
    GIT_COMMITTER_NAME: "OmoiOS",
    GIT_COMMITTER_EMAIL: "omoios@localhost",
  };
}

/** Options before the subcommand. Command scope outranks whatever a repository's own config says. */
export const hardenedOptions: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "core.excludesFile=/dev/null",
  "core.quotePath=false",
  "color.ui=false",
  "protocol.allow=never",
  "protocol.file.allow=always",
  "transfer.fsckObjects=true",
  "fetch.fsckObjects=true",
  "fetch.unpackLimit=1",
  "fetch.recurseSubmodules=false",
  "submodule.recurse=false",
  "safe.bareRepository=explicit",
  "gc.auto=0",
  "maintenance.auto=false",
].flatMap((setting) => ["-c", setting]);

/**
 * Settings as environment variables. Unlike `-c name=value` they carry names with an equals sign in them, and a
 * repository chooses the names of its filter drivers freely.
 */
export function configVariables(
  settings: readonly (readonly [key: string, value: string])[],
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  settings.forEach(([key, value], index) => {
    variables[`GIT_CONFIG_KEY_${String(index)}`] = key;
    variables[`GIT_CONFIG_VALUE_${String(index)}`] = value;
  });
  return variables;
}
