import type { Discovery } from "@omoios/domain/discovery/discovery";
import { taskBranch } from "@omoios/domain/landing/branch-name";
import { canonicalJson } from "@omoios/domain/shared/canonical-json";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Check, Criterion, Requirement } from "@omoios/domain/spec/plan";
import { filesMeet } from "@omoios/domain/task/overlap";
import type { TaskStatus } from "@omoios/domain/task/state";
import { unknownEffort } from "@omoios/domain/task/effort";
import { newTask, type Task } from "@omoios/domain/task/task";
import type { Digest } from "../ports/digest.ts";
import type { DiscoveryStore } from "../ports/discovery-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import { admit } from "../use-cases/admit.ts";
import { discoveryMoved } from "../use-cases/happened.ts";
import type { SettleParts } from "../use-cases/settle-task.ts";
import type { Settlement } from "../use-cases/settlement.ts";

export interface DiscoveryParts extends SettleParts {
  readonly discoveries: DiscoveryStore;
  readonly plans: PlanStore;
  readonly projects: ProjectStore;
  readonly digest: Digest;
  readonly proof: { readonly checkTimeoutMs: number };
}

/** Statuses of tasks that are going to change their files; a new task waits for those that share files with it. */
const atWork: readonly TaskStatus[] = ["pending", "ready", "running", "validating", "landing", "retrying"];

/**
 * Makes a discovery a task of its spec, with a criterion and check of its own, and starts it when it can start. Nothing
 * waits for it, and what landed before stays as it is. The caller holds the admission lock.
 */
export async function becomeTask(
  parts: DiscoveryParts,
  { tx, emit }: Settlement,
  accept: { readonly discovery: Discovery; readonly by: "policy" | "person" },
): Promise<Task> {
  const { discovery } = accept;
  const spec = await parts.specs.get(discovery.specId, tx);
  if (spec.status !== "executing") throw notExecuting(discovery, label("SPC", spec.number), spec.status);
  // Guards against a spec that is found complete at this moment.
  await parts.specs.patch(tx, spec, {});
  const tasks = await parts.tasks.ofSpec(spec.id, tx);
  const waitsFor = tasks.filter(
    (task) => atWork.includes(task.status) && filesMeet(task.declaredFiles, discovery.files),
  );
  const task = await taskRow(parts, { tx, emit }, { discovery, tasks, unmet: waitsFor.length });
  const proof = await proofRows(parts, { tx, emit }, discovery);
  await parts.plans.publish(tx, {
    ...proof,
    tickets: [],
    tasks: [task],
    edges: waitsFor.map((needs) => ({ taskId: task.id, needsId: needs.id, kind: "overlap" })),
    proves: proof.criteria.map((criterion) => ({ taskId: task.id, criterionId: criterion.id })),
  });
  const { title, description, files, criterion, check, requirement } = discovery;
  const moved = await parts.discoveries.move(tx, discovery, {
    move: "accept",
    patch: {
      decidedBy: accept.by,
      decidedAt: parts.clock.now(),
      becameTaskId: task.id,
      digest: parts.digest(canonicalJson({ title, description, files, criterion, check, requirement })),
    },
  });
  emit(discoveryMoved(discovery, moved, label("TSK", task.number)));
  await admit(parts, tx, emit);
  return task;
}

async function taskRow(
  parts: DiscoveryParts,
  { tx }: Settlement,
  of: { readonly discovery: Discovery; readonly tasks: readonly Task[]; readonly unmet: number },
): Promise<Task> {
  const { discovery, unmet } = of;
  const origin = of.tasks.find((task) => task.id === discovery.taskId);
  if (origin === undefined) throw new Error(`${label("DSC", discovery.number)} was found at a task that is not there`);
  const number = await parts.projects.nextNumber(tx, discovery.projectId, "task");
  const now = parts.clock.now();
  const task = newTask({
    id: parts.identities.uuid(),
    projectId: discovery.projectId,
    specId: discovery.specId,
    kind: "work",
    ticketId: origin.ticketId,
    number,
    title: discovery.title,
    description: `${discovery.description}\n\nFound while ${label("TSK", origin.number)} was worked on: ${discovery.why}`,
    mode: "implementation",
    priority: origin.priority,
    declaredFiles: discovery.files,
    unmet,
    downstream: unknownEffort,
    branch: taskBranch(number, discovery.title),
    createdAt: now,
  });
  return unmet === 0 ? { ...task, status: "ready", readyAt: now } : task;
}

/** Its criterion belongs to the requirement its finder works on, unless a person agreed to one of its own. */
async function proofRows(
  parts: DiscoveryParts,
  { tx }: Settlement,
  discovery: Discovery,
): Promise<{
  readonly requirements: readonly Requirement[];
  readonly criteria: readonly Criterion[];
  readonly checks: readonly Check[];
}> {
  const { specId } = discovery;
  if (discovery.check === null) throw new Error(`${label("DSC", discovery.number)} was accepted without a check`);
  const known = await parts.plans.requirements(specId, tx);
  const own = discovery.requirement === null ? null : newRequirement(parts, discovery, known);
  const requirement = own ?? (await requirementOf(parts, { tx, known }, discovery));
  const labels = (await parts.plans.criteria(specId, tx)).map((one) => one.label);
  const criterion: Criterion = {
    id: parts.identities.uuid(),
    requirementId: requirement.id,
    specId,
    label: `${requirement.label}.${nextAfter(labels, `${requirement.label}.`)}`,
    text: discovery.criterion,
    acceptedReason: null,
  };
  const check: Check = {
    id: parts.identities.uuid(),
    criterionId: criterion.id,
    specId,
    origin: "implementer",
    command: discovery.check,
    directory: ".",
    timeoutMs: parts.proof.checkTimeoutMs,
    expectedExitCode: 0,
    files: [],
  };
  return { requirements: own === null ? [] : [own], criteria: [criterion], checks: [check] };
}

function newRequirement(
  parts: Pick<DiscoveryParts, "identities">,
  discovery: Discovery,
  known: readonly Requirement[],
): Requirement {
  const number = nextAfter(
    known.map((one) => one.label),
    "REQ-",
  );
  const { specId, requirement: text } = discovery;
  return { id: parts.identities.uuid(), specId, label: `REQ-${number}`, text: text ?? "", priority: "must" };
}

async function requirementOf(
  parts: Pick<DiscoveryParts, "plans">,
  { tx, known }: Pick<Settlement, "tx"> & { readonly known: readonly Requirement[] },
  discovery: Discovery,
): Promise<Requirement> {
  const [criterion] = await parts.plans.criteriaOfTask(discovery.taskId, tx);
  const requirement = known.find((one) => one.id === criterion?.requirementId) ?? known[0];
  if (requirement === undefined) throw new Error(`The spec of ${label("DSC", discovery.number)} has no requirement`);
  return requirement;
}

/** One more than the largest number behind the prefix. */
function nextAfter(labels: readonly string[], prefix: string): number {
  const numbers = labels
    .filter((one) => one.startsWith(prefix))
    .map((one) => Number(one.slice(prefix.length)))
    .filter((number) => Number.isInteger(number));
  return Math.max(0, ...numbers) + 1;
}

function notExecuting(discovery: Discovery, spec: string, status: string): FaultError {
  return new FaultError({
    kind: "invalid",
    message: `${label("DSC", discovery.number)} cannot become a task: ${spec} is ${status.replaceAll("_", " ")}`,
    problems: [
      {
        at: spec,
        message: "takes new tasks only while it is executed",
        fix: "Ask for it as a feature of its own: omoios run, or dismiss it: omoios discovery dismiss",
      },
    ],
  });
}
