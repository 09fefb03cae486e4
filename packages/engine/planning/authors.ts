import { directPlanSchema, type DirectPlan } from "@omoios/contract/direct-plan";
import { designSchema } from "@omoios/contract/phase-design";
import { prdSchema } from "@omoios/contract/phase-prd";
import { requirementsSchema, type RequirementsOutput } from "@omoios/contract/phase-requirements";
import { lightPlanSchema, workSchema, type WorkOutput } from "@omoios/contract/phase-tasks";
import { judgeDirectPlan, type GateFinding } from "@omoios/domain/spec/gate";
import { judgeDesign } from "@omoios/domain/spec/judge-design";
import { judgePrd } from "@omoios/domain/spec/judge-prd";
import { judgeRequirements } from "@omoios/domain/spec/judge-requirements";
import { judgeWork } from "@omoios/domain/spec/judge-work";
import type { Phase, SpecSize } from "@omoios/domain/spec/state";
import type { z } from "zod";
import type { PromptName } from "../ports/prompts.ts";
import { callModel, type CallModelParts, type ModelCall } from "../use-cases/call-model.ts";
import { standingOutputs } from "./read-plan.ts";
import type { PlanningRun } from "./planning-run.ts";

/** What one call of a planner gave, and what the rules of the gate say about it. */
export interface Authored {
  readonly values: readonly { readonly phase: Phase; readonly output: unknown }[];
  readonly findings: readonly GateFinding[];
}

/** The roles that plan a spec of each size, in their order. */
export const authorRoles = {
  direct: ["plan-direct"],
  light: ["plan-light"],
  full: ["prd", "requirements", "design", "tasks"],
} as const satisfies Record<SpecSize, readonly PromptName[]>;

/** One way to make phases by a call of a model. */
export interface Author {
  readonly role: PromptName;
  ask(parts: CallModelParts, call: Omit<ModelCall<never>, "role" | "schema" | "system">): Promise<Authored>;
}

/** Who makes these phases of this spec. */
export function authorOf(run: PlanningRun, made: readonly Phase[]): Author {
  const [first] = made;
  if (made.length > 1) return run.spec.size === "direct" ? direct(run) : light(run);
  switch (first) {
    case "PRD":
      return author(run, {
        role: "prd",
        schema: prdSchema,
        judge: judgePrd,
        values: (output) => [{ phase: "PRD", output }],
      });
    case "REQUIREMENTS":
      return author(run, {
        role: "requirements",
        schema: requirementsSchema,
        judge: judgeRequirements,
        values: (output) => [{ phase: "REQUIREMENTS", output }],
      });
    case "DESIGN":
      return author(run, {
        role: "design",
        schema: designSchema,
        judge: (output) => judgeDesign(output, requirementsOf(run).requirements),
        values: (output) => [{ phase: "DESIGN", output }],
      });
    case "TASKS":
      return author(run, {
        role: "tasks",
        schema: workSchema,
        judge: (output) => judgeWork({ ...requirementsOf(run), ...output }),
        values: (output) => [{ phase: "TASKS", output }],
      });
    default:
      throw new Error(`No model makes ${made.join(" and ")}`);
  }
}

interface Authoring<Value> {
  readonly role: PromptName;
  readonly schema: z.ZodType<Value>;
  readonly judge: (value: Value) => readonly GateFinding[];
  readonly values: (value: Value) => Authored["values"];
}

function author<Value>(run: PlanningRun, { role, schema, judge, values }: Authoring<Value>): Author {
  return {
    role,
    ask: async (parts, call) => {
      const value = await callModel<Value>(parts, { ...call, role, schema, system: run.prompts[role] });
      return { values: values(value), findings: judge(value) };
    },
  };
}

function requirementsOf(run: PlanningRun): RequirementsOutput {
  const { requirements } = standingOutputs(run.outputs);
  if (requirements === null) throw new Error("Design and tasks are made from requirements, and there are none");
  return requirements;
}

function light(run: PlanningRun): Author {
  return author(run, {
    role: "plan-light",
    schema: lightPlanSchema,
    judge: (plan) => [...judgeRequirements(plan), ...judgeWork(plan)],
    values: ({ tickets, tasks, checks, ...requirements }) => [
      { phase: "REQUIREMENTS", output: requirements },
      { phase: "TASKS", output: { tickets, tasks, checks } },
    ],
  });
}

function direct(run: PlanningRun): Author {
  return author(run, {
    role: "plan-direct",
    schema: directPlanSchema,
    judge: judgeDirectPlan,
    values: (plan) => [
      { phase: "REQUIREMENTS", output: directRequirements(plan) },
      { phase: "TASKS", output: directWork(plan) },
    ],
  });
}

function directRequirements({ title, requirement, assumptions }: DirectPlan): RequirementsOutput {
  const criterion = { id: "REQ-1.1", text: requirement.criterion, proof: "check" as const };
  const only = { id: "REQ-1", text: requirement.text, priority: "must" as const, criteria: [criterion] };
  return { title, requirements: [only], assumptions };
}

function directWork({ title, task, check }: DirectPlan): WorkOutput {
  return {
    tickets: [{ id: "feature", title }],
    tasks: [
      {
        ...task,
        id: "task",
        ticket: "feature",
        mode: "implementation",
        needs: [],
        criteria: ["REQ-1.1"],
        requiresGit: false,
        requiresTests: true,
        complexity: 0.5,
      },
    ],
    checks: [{ ...check, criterion: "REQ-1.1" }],
  };
}
