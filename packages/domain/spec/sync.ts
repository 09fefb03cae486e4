import { criticalPath, downstreamWeights, type WeightedNode } from "../task/graph.ts";
import { overlapEdges, type OverlapEdge } from "../task/overlap.ts";
import type { Plan, ProofKind } from "./plan-shape.ts";

/** What SYNC says about a plan: computed, so that it cannot be claimed. */
export interface Sync {
  readonly coverage: readonly RequirementCoverage[];
  /** The chain no schedule is shorter than, first task first. */
  readonly criticalPath: readonly string[];
  /** Tasks that could be under way at once at most, by how early each can start. */
  readonly width: number;
  readonly overlaps: readonly OverlapEdge[];
  readonly counts: {
    readonly requirements: number;
    readonly criteria: number;
    readonly checks: number;
    readonly tasks: number;
  };
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly blockers: readonly string[];
}

export interface RequirementCoverage {
  readonly requirement: string;
  readonly priority: "must" | "should";
  readonly criteria: readonly {
    readonly id: string;
    readonly proof: ProofKind;
    readonly checks: number;
    readonly task: string | null;
  }[];
}

/** An edge of the schedule. */
export interface PlannedEdge {
  readonly task: string;
  readonly needs: string;
  readonly kind: "hard" | "overlap";
}

/** All edges of a plan that passed its gate: what tasks need, and what keeps two of them from changing the same files. */
export function plannedEdges(plan: Pick<Plan, "tasks">): readonly PlannedEdge[] {
  return [
    ...plan.tasks.flatMap((task) => task.needs.map((needs) => ({ task: task.id, needs, kind: "hard" as const }))),
    ...overlapEdges(plan.tasks).map(({ task, needs }) => ({ task, needs, kind: "overlap" as const })),
  ];
}

/** Coverage matrix, critical path and readiness of a plan that passed its gate. */
export function syncOf(plan: Plan): Sync {
  const edges = plannedEdges(plan);
  const nodes = plan.tasks.map(({ id }) => ({
    id,
    needs: edges.filter((edge) => edge.task === id).map((edge) => edge.needs),
    weight: 1,
  }));
  const coverage = plan.requirements.map((requirement): RequirementCoverage => ({
    requirement: requirement.id,
    priority: requirement.priority,
    criteria: requirement.criteria.map(({ id, proof }) => ({
      id,
      proof,
      checks: plan.checks.filter((check) => check.criterion === id).length,
      task: plan.tasks.find((task) => task.criteria.includes(id))?.id ?? null,
    })),
  }));
  const blockers = coverage.flatMap(({ criteria }) => criteria.flatMap(blockersOf));
  return {
    coverage,
    criticalPath: criticalPath(nodes).path,
    width: widthOf(nodes),
    overlaps: overlapEdges(plan.tasks),
    counts: {
      requirements: plan.requirements.length,
      criteria: coverage.flatMap(({ criteria }) => criteria).length,
      checks: plan.checks.length,
      tasks: plan.tasks.length,
    },
    ready: blockers.length === 0,
    blockers,
  };
}

function blockersOf(criterion: RequirementCoverage["criteria"][number]): readonly string[] {
  if (criterion.task === null) return [`no task brings ${criterion.id} about`];
  return criterion.proof === "check" && criterion.checks === 0 ? [`nothing proves ${criterion.id}`] : [];
}

/** The chain below a task in the reversed graph is how many tasks come before it: those of one rank can run at once. */
function widthOf(nodes: readonly WeightedNode[]): number {
  const reversed = nodes.map(({ id, weight }) => ({
    id,
    weight,
    needs: nodes.filter((node) => node.needs.includes(id)).map((node) => node.id),
  }));
  const counts = new Map<number, number>();
  for (const rank of downstreamWeights(reversed).values()) counts.set(rank, (counts.get(rank) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
