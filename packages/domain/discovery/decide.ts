import { sensitiveRule } from "../landing/sensitive-path.ts";
import {
  judgeCheck,
  judgeCriterion,
  judgeDeclaredFiles,
  judgeRequirement,
  judgeTitle,
  type GateFinding,
} from "../spec/gate.ts";
import { secondOutcome } from "../spec/outcomes.ts";
import type { FoundWork } from "./discovery.ts";

/** How far discoveries may go before a person is asked. */
export interface DiscoveryLimits {
  /** Tasks found by planned tasks are at depth 1, tasks found by those at depth 2. */
  readonly depth: number;
  /** Reports of one attempt that are considered. */
  readonly perAttempt: number;
  /** Of the number of planned tasks; one task is always within it. */
  readonly planShare: number;
  /** Of the spec's budget, spent on discovered tasks. */
  readonly budgetShare: number;
}

/** Where a spec stands when something is reported. */
export interface DiscoveryCase {
  readonly work: FoundWork;
  readonly depth: number;
  /** Tasks that were planned, and tasks that discoveries became without a person. */
  readonly planned: number;
  readonly accepted: number;
  /** The largest part of any cap of the spec that discovered tasks have used; 0 without a cap. */
  readonly budgetUsed: number;
}

/** `inbox` waits for a person; the reason is a sentence about the discovery. */
export type DiscoveryDecision = { readonly kind: "accept" } | { readonly kind: "inbox"; readonly reason: string };

/** Whether a discovery becomes a task by itself. A new requirement never does: what is built is the person's to say. */
export function decideDiscovery(found: DiscoveryCase, limits: DiscoveryLimits): DiscoveryDecision {
  const { work } = found;
  const most = Math.max(1, Math.floor(found.planned * limits.planShare));
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  if (work.requirement !== null) return inbox("It needs a requirement that was never approved");
  if (work.check === null) return inbox("Nothing would prove it: it has no check");
  const [finding] = judgeFoundWork(work);
  if (finding !== undefined) return inbox(`Its ${finding.at}: ${finding.message}`);
  const sensitive = work.files.map((path) => sensitiveRule(path)).find((rule) => rule !== null);
  if (sensitive !== undefined) return inbox(`It wants a file a person has to agree to: ${sensitive.reason}`);
  if (found.depth > limits.depth)
    return inbox(`It was found ${found.depth} tasks away from the plan (at most ${limits.depth})`);
  if (found.accepted >= most)
    return inbox(`${found.accepted} discovered tasks are enough for a plan of ${found.planned}`);
  if (found.budgetUsed > limits.budgetShare) {
    return inbox(
      `Discovered tasks have used ${percent(found.budgetUsed)} of the budget (at most ${percent(limits.budgetShare)})`,
    );
  }
  return { kind: "accept" };
}

/** The rules of the plan's gate, for work nobody planned. */
export function judgeFoundWork(work: FoundWork): readonly GateFinding[] {
  const second = secondOutcome(work.title);
  const outcome: readonly GateFinding[] =
    second === null
      ? []
      : [
          {
            rule: "two-outcomes",
            at: "title",
            message: `"${second}" begins a second outcome`,
            fix: "Report the two apart",
          },
        ];
  return [
    ...judgeTitle(work.title, "title", 120),
    ...outcome,
    ...judgeDeclaredFiles(work.files, "files"),
    ...(work.requirement === null ? [] : judgeRequirement(work.requirement, "requirement")),
    ...judgeCriterion(work.criterion, "criterion", work.requirement ?? work.title),
    ...(work.check === null ? [] : judgeCheck({ command: work.check, directory: ".", files: [] }, "check", work.files)),
  ];
}

function inbox(reason: string): DiscoveryDecision {
  return { kind: "inbox", reason };
}
