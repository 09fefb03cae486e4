import { designSchema } from "@omoios/contract/phase-design";
import { exploreSchema } from "@omoios/contract/phase-explore";
import { prdSchema } from "@omoios/contract/phase-prd";
import { requirementsSchema } from "@omoios/contract/phase-requirements";
import { workSchema } from "@omoios/contract/phase-tasks";
import type { PhaseOutput } from "../ports/plan-store.ts";
import { sealSchema, syncSchema } from "@omoios/contract/phase-sync";

/** What a phase gave, in a few words each. */
export function outputSummary({ phase, output }: Pick<PhaseOutput, "phase" | "output">): readonly string[] {
  switch (phase) {
    case "EXPLORE": {
      const { source, text, findings } = exploreSchema.parse(output);
      const said = source === "agent" ? "an agent read the repository" : `${text.split("\n").length} lines of overview`;
      if (findings.length === 0) return [said];
      return [`${said}; ${source === "agent" ? "not so: " : ""}${findings.join(", ")}`];
    }
    case "PRD": {
      const { goals, stories, questions } = prdSchema.parse(output);
      return [count(goals, "goal"), count(stories, "story", "stories"), count(questions, "question")];
    }
    case "REQUIREMENTS": {
      const { requirements } = requirementsSchema.parse(output);
      const criteria = requirements.flatMap((requirement) => requirement.criteria);
      return [count(requirements, "requirement"), count(criteria, "criterion", "criteria")];
    }
    case "DESIGN": {
      const { components, decisions } = designSchema.parse(output);
      return [count(components, "component"), count(decisions, "decision")];
    }
    case "TASKS": {
      const { tickets, tasks, checks } = workSchema.parse(output);
      return [count(tickets, "ticket"), count(tasks, "task"), count(checks, "check")];
    }
    case "SYNC": {
      const { criticalPath, width } = syncSchema.parse(output);
      return [`longest chain ${criticalPath.length}`, `up to ${width} at once`];
    }
    case "COMPLETE":
      return [`sealed as ${sealSchema.parse(output).digest.slice(0, 10)}`];
  }
}

function count(items: readonly unknown[], one: string, many = `${one}s`): string {
  return `${items.length} ${items.length === 1 ? one : many}`;
}
