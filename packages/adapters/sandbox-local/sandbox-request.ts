import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import type { SandboxRequest } from "@omoios/engine/ports/sandbox";
import type { SandboxRecord } from "./sandbox-store.ts";

/** Refuses a request that contradicts itself or could be read as something else by git. */
export function checkSandboxRequest(request: SandboxRequest): void {
  const problems: Problem[] = [];
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(request.commit))
    problems.push({ at: "commit", message: `${JSON.stringify(request.commit)} is not a full commit id` });
  if (request.branch !== null && !isPlainBranch(request.branch))
    problems.push({ at: "branch", message: `${JSON.stringify(request.branch)} is not a plain branch name` });
  if ((request.mode === "implementation") !== (request.branch !== null)) {
    problems.push({ at: "branch", message: "is given in implementation mode and only there" });
  }
  if (request.mode === "implementation" && request.base.trust !== "work")
    problems.push({ at: "base", message: "implementation needs a base of the work domain" });
  if (request.mode === "validation" && request.base.trust !== "validation")
    problems.push({ at: "base", message: "validation needs a base of its own domain" });
  if (request.mode === "validation" && request.bridge === true)
    problems.push({ at: "bridge", message: "is for agents; what judges them reaches nothing outside" });
  if (problems.length > 0)
    throw new FaultError({
      kind: "invalid",
      message: `The sandbox ${request.id} cannot be opened like this.`,
      problems,
    });
}

/** Refuses to adopt a sandbox that was made for something else. */
export function checkAdoption(request: SandboxRequest, record: SandboxRecord): void {
  const pairs = [
    ["projectId", record.projectId, request.projectId],
    ["mode", record.mode, request.mode],
    ["base", record.baseId, request.base.id],
    ["commit", record.commit, request.commit],
    ["branch", record.branch, request.branch],
  ] as const;
  const problems = pairs.flatMap(([at, had, wanted]) =>
    had === wanted ? [] : [{ at, message: `is ${String(wanted)}, but the sandbox has ${String(had)}` }],
  );
  if (problems.length === 0) return;
  throw new FaultError({
    kind: "invalid",
    message: `The sandbox ${request.id} exists for something else; destroy it or use another id.`,
    problems,
  });
}

function isPlainBranch(name: string): boolean {
  return (
    name.length <= 200 &&
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name) &&
    !/\.\.|\/\/|\/\.|\.\/|\.lock(?:\/|$)|[./]$/.test(name) &&
    name !== "HEAD"
  );
}
