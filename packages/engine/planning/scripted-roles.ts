import type { Config } from "@omoios/contract/config";
import type { Scenario } from "@omoios/contract/scenario";
import type { Problem } from "@omoios/domain/shared/fault";
import { readStandards } from "@omoios/domain/spec/evaluation";
import type { SpecSize } from "@omoios/domain/spec/state";
import type { StandardsFiles, StandardsName } from "../ports/prompts.ts";
import { authorRoles } from "./authors.ts";

/** What decides which roles of a model a run calls. */
export interface PlayedRun {
  readonly size: SpecSize;
  readonly config: Config["planning"];
  readonly standards: StandardsFiles;
}

/** What a scenario lacks to play the model of a whole run: found now, not when the run is half done. */
export function scenarioProblems(scenario: Scenario, run: PlayedRun): readonly Problem[] {
  return playedRoles(run)
    .filter((role) => scenario.model[role] === undefined)
    .map((role) => ({
      at: "--scenario",
      message: `has no answer for the role ${role}, which a run of size ${run.size} calls`,
      fix: `Add model.${role} to the file, or choose another size`,
    }));
}

function playedRoles({ size, config, standards }: PlayedRun): readonly string[] {
  const scored: readonly StandardsName[] = size === "full" ? authorRoles.full : ["tasks"];
  const evaluators = scored
    .filter((name) => config.evaluate.includes(size) && readStandards(standards[name].text).length > 0)
    .map((name) => `evaluate-${name}`);
  return [...authorRoles[size], ...evaluators, "validate"];
}
