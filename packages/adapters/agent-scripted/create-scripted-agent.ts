import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";
import { FaultError } from "@omoios/domain/shared/fault";
import { explorationTitle } from "@omoios/domain/spec/exploration";
import type { AgentRuntime, AgentSession, Assignment } from "@omoios/engine/ports/agent-runtime";
import { programSteps } from "./program-steps.ts";
import { messageLine, ScriptedSession } from "./scripted-session.ts";

export interface ScriptedAgentOptions {
  /** The scenario a spec was started with, or null when it has none. */
  readonly scenarioOf: (specId: string) => Promise<Scenario | null>;
  /** The compiled program, as a path in the jail. */
  readonly programPath: string;
  /** Node, as a path in the jail. */
  readonly nodePath: string;
}

const maxAssignmentChars = 16 * 1024 * 1024;

/** An agent that does what a scenario says. Only its decisions are scripted: process, jail and tree are real. */
export function createScriptedAgent(options: ScriptedAgentOptions): AgentRuntime {
  return {
    id: "scripted",
    installed: { version: null },
    usesModels: false,
    reachesTools: "socket",
    /** That its spec has a scenario is looked at when it is requested. */
    check: () => Promise.resolve(),
    whyNoExploration: async (specId) => {
      const scenario = await options.scenarioOf(specId);
      const isScripted = scenario?.agent.some(({ task }) => task === explorationTitle) ?? false;
      return isScripted ? null : `the scenario has no agent entry with task: "${explorationTitle}"`;
    },
    start: (assignment) => start(assignment, options),
  };
}

async function start(assignment: Assignment, options: ScriptedAgentOptions): Promise<AgentSession> {
  const scenario = await scenarioOf(assignment.specId, options);
  const { sandbox, specId, taskTitle, attemptNumber, signal } = assignment;
  const line = JSON.stringify({
    session: `${specId}/${taskTitle}/${attemptNumber}`,
    workspace: sandbox.workspace,
    steps: programSteps(stepsOf(scenario, assignment)),
    tools: { socketPath: assignment.tools.socketPath, path: assignment.tools.path },
  });
  if (line.length > maxAssignmentChars) {
    throw new FaultError({
      kind: "invalid",
      message: `The steps of the task ${JSON.stringify(taskTitle)} in the scenario are too large`,
      problems: [
        {
          at: "--scenario",
          message: `${line.length} characters, at most ${maxAssignmentChars}`,
          fix: "Let a run step generate the large files",
        },
      ],
    });
  }
  signal.throwIfAborted();
  const program = await sandbox.spawn({
    argv: [options.nodePath, options.programPath],
    stdin: [`${line}\n`, ...assignment.messages.map(messageLine)].join(""),
    keepStdinOpen: true,
  });
  return new ScriptedSession(program, signal);
}

async function scenarioOf(specId: string, options: ScriptedAgentOptions): Promise<Scenario> {
  const scenario = await options.scenarioOf(specId);
  if (scenario !== null) return scenario;
  throw new FaultError({
    kind: "invalid",
    message: "The scripted agent needs a scenario, and this spec has none",
    problems: [
      {
        at: "--scenario",
        message: "is missing",
        fix: "Start the spec with --scenario FILE, or choose another agent with --agent",
      },
    ],
  });
}

/**
 * The steps for this attempt: the entry of the task's own title before `*`, its last list for every later attempt. What
 * resolves a conflict has a list of its own; without one it leaves the conflict as it is.
 */
function stepsOf(scenario: Scenario, assignment: Assignment): readonly ScenarioStep[] {
  const { taskTitle, kind, turn } = assignment;
  const entry =
    scenario.agent.find(({ task }) => task === taskTitle) ?? scenario.agent.find(({ task }) => task === "*");
  if (entry !== undefined) {
    const lists = kind === "resolution" ? (entry.resolve ?? []) : entry.attempts;
    return lists[Math.min(turn, lists.length) - 1] ?? [];
  }
  const titles = scenario.agent.map(({ task }) => JSON.stringify(task)).join(", ");
  throw new FaultError({
    kind: "invalid",
    message: `The scenario has no steps for the task ${JSON.stringify(taskTitle)}`,
    problems: [
      {
        at: "agent",
        message: `has entries for ${titles === "" ? "no task" : titles}`,
        fix: `Add an entry with task: ${JSON.stringify(taskTitle)}, or task: "*", to agent in the scenario`,
      },
    ],
  });
}
