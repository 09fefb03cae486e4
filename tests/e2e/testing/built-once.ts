import { join } from "node:path";
import type { EventType, StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { discoveriesSchema } from "@omoios/contract/http-discovery";
import type { SpecView } from "@omoios/contract/http-spec";
import { taskViewSchema, type TaskView } from "@omoios/contract/http-task";
import { attemptMoves } from "@omoios/domain/attempt/state";
import { finalStates } from "@omoios/domain/shared/moves";
import { expect } from "vitest";
import { processesAround, sandboxesIn } from "./remains.ts";
import { git } from "./scratch.ts";
import type { ServerProcess } from "./server-process.ts";

/** What a run of a spec has come to, in words that are the same whatever order things happened in. */
export interface Built {
  readonly tree: string;
  /** Title and status of every task. */
  readonly tasks: readonly string[];
  /** Title and state of everything agents came upon. */
  readonly discoveries: readonly string[];
  readonly events: readonly StoredEvent[];
  /** A file as the spec's branch has it. */
  readonly fileOf: (path: string) => string;
}

/**
 * Everything that has to hold of a spec that is in review, however often its server died: nothing was done twice, no
 * commit of an agent is lost, and nothing is left of the jails. Ends the server.
 */
export async function expectBuiltOnce(
  server: ServerProcess,
  of: { readonly home: string; readonly spec: string },
): Promise<Built> {
  const [spec, events] = [await server.spec(of.spec), await server.events()];
  expect(spec, server.log).toMatchObject({ status: "in_review", attention: null });
  expect(spec.goal.met).toBe(spec.goal.total);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
  expectToldOnce(events);
  const hub = join(of.home, "projects", spec.project.id, "hub.git");
  const tasks = await Promise.all(
    spec.tasks.map(async ({ label }) => server.client.get(apiPaths.task(label), taskViewSchema)),
  );
  for (const task of tasks) expectProvenOnce(task);
  expectLandedOnce(hub, { spec, tasks });
  expectCommitsKept(hub, tasks);
  const { items } = await server.client.get(apiPaths.discoveries, discoveriesSchema, { spec: spec.id });
  expect((await server.status()).slots.held).toBe(0);
  await server.end("SIGTERM");
  expect(await sandboxesIn(of.home)).toEqual([]);
  expect(await processesAround(of.home)).toEqual([]);
  return {
    tree: git(hub, "rev-parse", `refs/heads/${spec.branch}^{tree}`),
    tasks: tasks.map(({ title, status }) => `${title}: ${status}`).toSorted(),
    discoveries: items.map(({ title, state }) => `${title}: ${state}`).toSorted(),
    events,
    fileOf: (path) => git(hub, "show", `refs/heads/${spec.branch}:${path}`),
  };
}

const once: readonly EventType[] = ["plan.published", "plan.amended", "base.moved", "pull_request.opened"];

function expectToldOnce(events: readonly StoredEvent[]): void {
  const keys = events.flatMap((event) => {
    if (once.includes(event.type)) return [event.type];
    if (event.type === "phase.ended") return [`${event.payload.phase} ended`];
    if (event.type === "discovery.reported") return [`${event.payload.title} reported`];
    if (event.type === "candidate.moved") return [`candidate ${event.payload.commit} ${event.payload.to}`];
    if (event.type === "evidence.recorded") return [`evidence ${event.payload.evidenceId}`];
    if (event.type === "diff.judged") return [`diff ${event.attemptId}`];
    if (event.type === "conflict.found") return [`conflict ${event.attemptId}`];
    if (event.type === "task.moved" && event.payload.to === "complete") return [`${event.payload.label} complete`];
    if (event.type === "attempt.moved" && finalStates(attemptMoves).includes(event.payload.to))
      return [`attempt ${event.attemptId} over`];
    return [];
  });
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
}

/** An attempt runs each check once on each commit, and is judged once for each candidate. */
function expectProvenOnce(task: TaskView): void {
  for (const attempt of task.history) {
    const runs = attempt.evidence.map(({ criterion, command, commit }) => `${criterion} ${command} ${commit}`);
    expect(runs.toSorted(), task.title).toEqual([...new Set(runs)].toSorted());
    const verdicts = attempt.verdicts.map(({ criterion, candidateCommit }) => `${criterion} ${candidateCommit}`);
    expect(verdicts.toSorted(), task.title).toEqual([...new Set(verdicts)].toSorted());
  }
}

/** Every task that is complete has one attempt that landed, whose one merge is on the spec's branch. */
function expectLandedOnce(
  hub: string,
  { spec, tasks }: { readonly spec: SpecView; readonly tasks: readonly TaskView[] },
) {
  const landed = tasks.flatMap((task) => task.history.filter(({ state }) => state === "landed").map(({ id }) => id));
  expect(landed).toHaveLength(tasks.filter(({ status }) => status === "complete").length);
  const range = `${spec.base.commit}..refs/heads/${spec.branch}`;
  const format = "--format=%(trailers:key=OmoiOS-Attempt,valueonly,separator=%x20)";
  const merged = git(hub, "log", "--merges", format, range).split("\n");
  expect(merged.filter((id) => id !== "").toSorted()).toEqual(landed.toSorted());
}

/** What an agent committed can be reached from a ref, also where it did not land. */
function expectCommitsKept(hub: string, tasks: readonly TaskView[]): void {
  const tips = tasks.flatMap(({ history }) => history.flatMap(({ tip }) => (tip === null ? [] : [tip])));
  const lost = tips.filter((tip) => git(hub, "for-each-ref", "--count=1", "--contains", tip) === "");
  expect(lost).toEqual([]);
}
