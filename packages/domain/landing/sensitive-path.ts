/** Why a changed file waits for a person: somebody's machine or a service acts on it without being asked. */
export type SensitiveRule = "ci" | "hooks" | "registry-config" | "git-attributes" | "omoios-config" | "editor-tasks";

const sensitive: readonly { readonly rule: SensitiveRule; readonly reason: string; readonly pattern: RegExp }[] = [
  {
    rule: "ci",
    reason: "a continuous integration service runs it, with its own secrets",
    pattern:
      /^(?:\.github\/(?:workflows|actions)\/|\.github\/codeowners$|codeowners$|\.circleci\/|\.buildkite\/|\.woodpecker(?:\/|\.ya?ml$)|\.forgejo\/workflows\/|\.gitea\/workflows\/|\.ci\/|\.gitlab-ci\.ya?ml$|\.gitlab\/ci\/|\.travis\.ya?ml$|\.drone\.ya?ml$|\.?appveyor\.ya?ml$|azure-pipelines[^/]*\.ya?ml$|bitbucket-pipelines\.ya?ml$|jenkinsfile$|cloudbuild\.ya?ml$)/u,
  },
  {
    rule: "hooks",
    reason: "git runs it on the machine of whoever commits",
    pattern:
      /(?:^|\/)(?:\.husky\/|\.githooks\/|\.git-hooks\/|\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)$|\.lefthook\/|\.pre-commit-config\.ya?ml$|\.overcommit\.ya?ml$|\.huskyrc)/u,
  },
  {
    rule: "registry-config",
    reason: "it decides where packages come from and what their installation may run",
    pattern:
      /(?:^|\/)(?:\.npmrc$|\.yarnrc(?:\.ya?ml)?$|\.yarn\/(?:plugins|releases)\/|\.?pnpmfile\.c?js$|bunfig\.toml$|pip\.conf$|\.pypirc$|\.cargo\/config(?:\.toml)?$|\.gemrc$|\.bundle\/config$|nuget\.config$)/u,
  },
  {
    rule: "git-attributes",
    reason: "it changes what git does with files, and can hide them in reviews",
    pattern: /(?:^|\/)\.gitattributes$/u,
  },
  { rule: "omoios-config", reason: "it decides what OmoiOS lets agents do", pattern: /(?:^|\/)\.omoios[^/]*(?:\/|$)/u },
  {
    rule: "editor-tasks",
    reason: "an editor, shell or agent runs it when the folder is opened",
    pattern:
      /(?:^|\/)(?:\.vscode\/(?:tasks|launch|settings|extensions|mcp)\.json$|[^/]*\.code-workspace$|\.idea\/|\.zed\/|\.devcontainer(?:\/|\.json$)|\.envrc$|\.exrc$|\.nvim\.lua$|\.nvimrc$|\.mcp\.json$|\.cursor\/|\.claude\/(?:settings[^/]*\.json$|hooks\/)|mise\.toml$|\.mise\.toml$)/u,
  },
];

/** The rule a path falls under, or null. Case does not matter: on some file systems it does not. */
export function sensitiveRule(path: string): { readonly rule: SensitiveRule; readonly reason: string } | null {
  const lower = path.toLowerCase();
  return sensitive.find(({ pattern }) => pattern.test(lower)) ?? null;
}

const manifests =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|deno\.(?:jsonc?|lock)|requirements[^/]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|poetry\.lock|uv\.lock|pipfile(?:\.lock)?|cargo\.(?:toml|lock)|go\.(?:mod|sum|work)|gemfile(?:\.lock)?|[^/]*\.gemspec|composer\.(?:json|lock)|pom\.xml|build\.gradle(?:\.kts)?|gradle\.lockfile|libs\.versions\.toml|[^/]*\.csproj|packages\.lock\.json|mix\.(?:exs|lock)|flake\.(?:nix|lock))$/u;

/** True for a file that names the packages a project depends on, or the exact versions of them. */
export function isDependencyManifest(path: string): boolean {
  return manifests.test(path.toLowerCase());
}
