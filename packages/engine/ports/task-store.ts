import type { TaskKind, TaskMove } from "@omoios/domain/task/state";
import type { Task } from "@omoios/domain/task/task";
import type { Transaction } from "./database.ts";
import type { TaskEdge } from "./plan-store.ts";

export type TaskPatch = Partial<
  Pick<Task, "blockedReason" | "question" | "readyAt" | "retryAt" | "endedAt" | "score" | "scoreFactors">
>;

export interface TaskStore {
  /** Throws `not-found`. */
  get(id: string, tx?: Transaction): Promise<Task>;
  byNumber(projectId: string, number: number, kind?: TaskKind): Promise<Task | null>;
  /** The tasks of its plan, by number. */
  ofSpec(specId: string, tx?: Transaction): Promise<readonly Task[]>;
  /** What was explored for its planner, oldest first. */
  explorations(specId: string, tx?: Transaction): Promise<readonly Task[]>;
  create(tx: Transaction, task: Task): Promise<void>;
  /** What needs the one needs all the others in its place. */
  rewire(tx: Transaction, edges: { readonly from: string; readonly to: readonly string[] }): Promise<void>;
  edges(specId: string, tx?: Transaction): Promise<readonly TaskEdge[]>;
  /** One guarded write: `illegal-move` by the move table, `stale` when `seen` is not the newest version. */
  move(tx: Transaction, seen: Task, change: { readonly move: TaskMove; readonly patch?: TaskPatch }): Promise<Task>;
  /** One dependency of each task that needs `taskId` is met: those with none left become ready and are returned. */
  meetDependency(tx: Transaction, taskId: string, at: Date): Promise<readonly Task[]>;
}
