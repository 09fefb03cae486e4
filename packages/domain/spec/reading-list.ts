import { isDependencyManifest, sensitiveRule } from "../landing/sensitive-path.ts";

/** A file of the pull request. Lines are null where git does not count them. */
export interface ChangedFile {
  readonly path: string;
  readonly status: "added" | "modified" | "deleted" | "type-changed";
  readonly addedLines: number | null;
  readonly removedLines: number | null;
}

export const readingKinds = [
  "migration",
  "access",
  "automation",
  "dependencies",
  "configuration",
  "source",
  "test",
  "document",
  "generated",
] as const;
/** What a file is to somebody who reviews it, the one to read first being first. */
export type ReadingKind = (typeof readingKinds)[number];

export const readingKindWords: Readonly<Record<ReadingKind, string>> = {
  migration: "changes stored data",
  access: "decides who may do what",
  automation: "runs by itself, in CI, builds or deployments",
  dependencies: "changes what is installed",
  configuration: "configuration",
  source: "source",
  test: "test",
  document: "documentation",
  generated: "generated or locked",
};

export interface ReadingEntry extends ChangedFile {
  readonly kind: ReadingKind;
}

/** Tried in order; what a file is not matters more than what it is called: a lock file in `auth/` still is a lock file. */
const kinds: readonly { readonly kind: ReadingKind; readonly pattern: RegExp }[] = [
  {
    kind: "generated",
    pattern:
      /(?:^|\/)(?:dist|build|out|vendor|node_modules|third_party|__snapshots__|generated|__generated__)\/|\.(?:min\.(?:js|css)|map|snap|lock|lockb|pb\.go|svg|png|jpe?g|gif|ico|woff2?|pdf)$|\.(?:generated|gen)\.[^/]+$|_pb2\.py$|(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|gradle\.lockfile|packages\.lock\.json|deno\.lock)$/u,
  },
  {
    kind: "test",
    pattern:
      /(?:^|\/)(?:tests?|__tests__|spec|e2e|fixtures|testdata)\/|[._-](?:test|spec)\.[^/]+$|_test\.[^/]+$|(?:^|\/)test_[^/]+$/u,
  },
  {
    kind: "migration",
    pattern: /(?:^|\/)(?:migrations?|migrate|alembic|flyway|schema)\/|\.sql$|(?:^|\/)schema\.(?:prisma|rb)$/u,
  },
  {
    kind: "access",
    pattern:
      /(?:^|[/._-])(?:auth[nz]?|authenti\w*|authori[sz]\w*|log-?in|log-?out|sign-?in|sign-?up|sessions?|permissions?|polic(?:y|ies)|guards?|roles?|rbac|acl|access|oauth2?|oidc|saml|jwt|tokens?|passwords?|credentials?|secrets?|crypto|encrypt\w*|csrf|cors|security|middleware)(?:[/._-]|$)/u,
  },
  {
    kind: "automation",
    pattern:
      /(?:^|\/)(?:dockerfile[^/]*|[^/]*\.dockerfile|compose\.ya?ml|docker-compose[^/]*|makefile|justfile|procfile|[^/]*\.tf|[^/]*\.sh)$|(?:^|\/)(?:deploy|k8s|helm|terraform|scripts)\//u,
  },
  { kind: "document", pattern: /\.(?:mdx?|rst|adoc|txt)$|(?:^|\/)(?:docs?|licen[cs]e|changelog)(?:\/|$)/u },
  {
    kind: "configuration",
    pattern:
      /(?:^|\/)(?:\.[^/]+|[^/]*\.(?:ya?ml|toml|ini|cfg|conf|properties|json5?|jsonc|env)|[^/]*\.config\.[^/]+|[^/]*rc)$|(?:^|\/)config\//u,
  },
];

/** The files in the order in which a reviewer should read them: the riskiest kind first, in a kind the largest change. */
export function readingList(files: readonly ChangedFile[]): readonly ReadingEntry[] {
  const rank = new Map(readingKinds.map((kind, index) => [kind, index]));
  return files
    .map((file): ReadingEntry => ({ ...file, kind: readingKindOf(file.path) }))
    .sort(
      (left, right) =>
        Number(rank.get(left.kind)) - Number(rank.get(right.kind)) ||
        byChange(left, right) ||
        (left.path < right.path ? -1 : 1),
    );
}

export function readingKindOf(path: string): ReadingKind {
  const lower = path.toLowerCase();
  if (sensitiveRule(path) !== null) return "automation";
  const found = kinds.find(({ pattern }) => pattern.test(lower))?.kind ?? "source";
  const isManifest = found !== "generated" && found !== "test" && isDependencyManifest(path);
  return isManifest ? "dependencies" : found;
}

/** A file git does not count lines of may have changed in any way, so it comes before those it counts. */
function byChange(left: ChangedFile, right: ChangedFile): number {
  const [leftLines, rightLines] = [changedLines(left), changedLines(right)];
  return leftLines === rightLines ? 0 : rightLines - leftLines;
}

function changedLines(file: ChangedFile): number {
  return file.addedLines === null || file.removedLines === null ? Infinity : file.addedLines + file.removedLines;
}
