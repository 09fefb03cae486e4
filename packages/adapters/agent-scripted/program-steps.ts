import type { AgentToolCall } from "@omoios/contract/agent-tools";
import type { ScenarioStep } from "@omoios/contract/scenario";

/** A step as the program in the jail knows it: every agent tool is one kind of step to it. */
type ProgramStep =
  | Exclude<ScenarioStep, { readonly submit: unknown } | { readonly ask: unknown }>
  | { readonly submit: string }
  | { readonly ask: AgentToolCall }
  | ToolStep;
interface ToolStep {
  readonly call: AgentToolCall;
}

/** The steps of a scenario in the words of the program. */
export function programSteps(steps: readonly ScenarioStep[]): readonly ProgramStep[] {
  return steps.flatMap((step): readonly ProgramStep[] => {
    if ("progress" in step) return [{ call: { tool: "report_progress", input: step.progress } }];
    if ("discover" in step) return [{ call: { tool: "report_discovery", input: step.discover } }];
    if ("ask" in step) return [{ ask: { tool: "ask_question", input: step.ask } }];
    if ("readSpec" in step) return [{ call: { tool: "read_spec", input: {} } }];
    if (!("submit" in step)) return [step];
    if (typeof step.submit === "string") return [{ submit: step.submit }];
    return [{ call: { tool: "submit_result", input: step.submit } }, { submit: step.submit.summary }];
  });
}
