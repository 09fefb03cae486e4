import type { ScenarioStep } from "@omoios/contract/scenario";
import { runNewest } from "./drive.ts";
import { publishWork, storeProject, type PlannedWork } from "./planned-work.ts";
import type { TestEngine } from "./test-engine.ts";

/** The file both tasks of {@link conflictingWork} change at one place. */
export const shared = "shared.txt";

/** Steps that leave the shared file like this. */
export const says = (content: string): ScenarioStep[] => [{ write: { path: shared, content } }, { submit: content }];

/** Tasks "first" and "second" add a line at the same place; "first" has landed, so "second" waits for a resolution. */
export async function conflictingWork(
  engine: TestEngine,
  resolve: readonly (readonly ScenarioStep[])[],
): Promise<PlannedWork> {
  const project = await storeProject(engine, { [shared]: "one\n" });
  const work = await publishWork(
    engine,
    [
      { title: "first", check: `grep -q first ${shared}`, attempts: [says("one\nfirst\n")] },
      { title: "second", check: `grep -q second ${shared}`, attempts: [says("one\nsecond\n")], resolve },
    ],
    { project },
  );
  const proven = engine.checkpoints.hold("attempt:land-1:begun");
  const running = runNewest(engine, work, { title: "second" });
  await Promise.race([proven.reached, running]);
  await runNewest(engine, work, { title: "first" });
  proven.release();
  await running;
  return work;
}
