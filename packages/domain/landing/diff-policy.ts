import { isDeclared, isDeclaredByName } from "./declared-files.ts";
import { componentsOf, gitFileOf, isGitFolder, linkProblem } from "./git-path.ts";
import { isDependencyManifest, sensitiveRule, type SensitiveRule } from "./sensitive-path.ts";

/** One changed file of an attempt, as git reports it. */
export interface JudgedChange {
  readonly path: string;
  /** Octal mode as git prints it, `000000` for absent. */
  readonly oldMode: string;
  readonly newMode: string;
  /** For a symbolic link: where it points; null when that is too long to be a path. */
  readonly linkTarget: string | null;
  readonly bytes: number;
}

export interface DiffContext {
  /** Files and patterns the approved plan declares for the task. Empty: none were declared, so none are missing. */
  readonly declaredFiles: readonly string[];
  readonly limits: { readonly files: number; readonly bytes: number };
  /** For each changed package manifest: the names of its scripts that changed. */
  readonly changedScripts: ReadonlyMap<string, readonly string[]>;
}

export type DiffRule =
  | SensitiveRule
  | "submodule"
  | "link"
  | "git-name"
  | "unsafe-path"
  | "too-many-files"
  | "too-many-bytes"
  | "dependencies"
  | "package-scripts"
  | "undeclared";

/** refuse: the attempt is rejected. hold: a person decides. note: the pull request mentions it. */
export interface DiffFinding {
  readonly severity: "refuse" | "hold" | "note";
  readonly rule: DiffRule;
  /** Null when it is about the diff as a whole. */
  readonly path: string | null;
  readonly message: string;
  readonly fix: string;
}

const severities: readonly DiffFinding["severity"][] = ["refuse", "hold", "note"];

/** What is wrong or remarkable in what an attempt changed, the worst first; every finding at once. */
export function judgeDiff(changes: readonly JudgedChange[], context: DiffContext): readonly DiffFinding[] {
  const findings = [...judgeSize(changes, context), ...changes.flatMap((change) => judgeChange(change, context))];
  return severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

function judgeSize(changes: readonly JudgedChange[], { limits }: DiffContext): readonly DiffFinding[] {
  const bytes = changes.reduce((sum, change) => sum + change.bytes, 0);
  const fix = "leave generated files out of the commit, or split the task";
  return [
    ...(changes.length > limits.files
      ? [
          finding("refuse", "too-many-files", {
            path: null,
            message: `the diff changes ${String(changes.length)} files; the limit is ${String(limits.files)}`,
            fix,
          }),
        ]
      : []),
    ...(bytes > limits.bytes
      ? [
          finding("refuse", "too-many-bytes", {
            path: null,
            message: `the diff writes ${String(bytes)} bytes; the limit is ${String(limits.bytes)}`,
            fix,
          }),
        ]
      : []),
  ];
}

function judgeChange(change: JudgedChange, context: DiffContext): readonly DiffFinding[] {
  const refused = refusal(change);
  if (refused !== null) return [refused];
  const sensitive = sensitiveFinding(change, context);
  return [...(sensitive === null ? [] : [sensitive]), ...notes(change, context)];
}

function refusal(change: JudgedChange): DiffFinding | null {
  const { path } = change;
  const components = componentsOf(path);
  const unsafe = unsafePath(path, components);
  if (unsafe !== null)
    return finding("refuse", "unsafe-path", {
      path,
      message: `the name of this file ${unsafe}`,
      fix: "rename the file",
    });
  const gitFile = components.map(gitFileOf).find((each) => each !== null);
  if (components.some(isGitFolder)) {
    return finding("refuse", "git-name", {
      path,
      message: "a part of this path is a name of git's own folder on some file system",
      fix: "rename it",
    });
  }
  if (gitFile?.name === ".gitmodules" || gitFile?.disguised === true) {
    const message = gitFile.disguised
      ? `this is a disguised ${gitFile.name}`
      : "submodules may not be added, changed or removed";
    return finding("refuse", "git-name", {
      path,
      message,
      fix: gitFile.disguised ? "rename it" : `leave ${path} as it was`,
    });
  }
  if (change.newMode === "160000" || change.oldMode === "160000") {
    return finding("refuse", "submodule", {
      path,
      message: "a submodule would be added, moved or removed",
      fix: "leave submodules as they were; commit files, not nested repositories",
    });
  }
  const link = change.newMode === "120000" ? linkProblem(path, change.linkTarget) : null;
  return link === null
    ? null
    : finding("refuse", "link", {
        path,
        message: `this symbolic link is not allowed: ${link}`,
        fix: "link to a file inside the repository by a relative path",
      });
}

function unsafePath(path: string, components: readonly string[]): string | null {
  if (/[\p{Control}\u202A-\u202E\u2066-\u2069]/u.test(path)) return "has control characters in it";
  if (path.includes("\uFFFD")) return "is not valid UTF-8";
  if (components.some((component) => component === "" || component === "." || component === ".."))
    return "does not stay in its folder";
  return null;
}

function sensitiveFinding({ path }: JudgedChange, context: DiffContext): DiffFinding | null {
  const match = sensitiveRule(path);
  if (match === null || isDeclaredByName(path, context.declaredFiles)) return null;
  return finding("hold", match.rule, {
    path,
    message: `a person must agree to a change of this file: ${match.reason}`,
    fix: `leave it as it was, or have the approved plan declare ${path}`,
  });
}

function notes({ path }: JudgedChange, context: DiffContext): readonly DiffFinding[] {
  const scripts = context.changedScripts.get(path) ?? [];
  const found: DiffFinding[] = [];
  if (scripts.length > 0)
    found.push(
      finding("note", "package-scripts", {
        path,
        message: `package scripts changed: ${scripts.join(", ")}`,
        fix: "read what they run now",
      }),
    );
  if (isDependencyManifest(path))
    found.push(
      finding("note", "dependencies", {
        path,
        message: "dependencies or their versions may have changed",
        fix: "check that every new package is wanted",
      }),
    );
  else if (context.declaredFiles.length > 0 && !isDeclared(path, context.declaredFiles)) {
    found.push(
      finding("note", "undeclared", {
        path,
        message: "the plan did not declare this file",
        fix: "check that the change belongs to the task",
      }),
    );
  }
  return found;
}

function finding(
  severity: DiffFinding["severity"],
  rule: DiffRule,
  about: Pick<DiffFinding, "path" | "message" | "fix">,
): DiffFinding {
  return { severity, rule, ...about };
}
