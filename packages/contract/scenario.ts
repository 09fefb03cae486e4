import { specSizes } from "@omoios/domain/spec/state";
import { z } from "zod";
import { agentTools } from "./agent-tools.ts";

const text = z.string();

/** What the scripted agent does, one step after the other, in its jail. */
export const scenarioStepSchema = z.union([
  z.strictObject({ write: z.strictObject({ path: text, content: text }) }).describe("Writes a file"),
  z
    .strictObject({ replace: z.strictObject({ path: text, find: text, with: text }) })
    .describe("Replaces the one occurrence of a text"),
  z.strictObject({ append: z.strictObject({ path: text, content: text }) }).describe("Appends to a file"),
  z.strictObject({ remove: text }).describe("Removes a file"),
  z
    .strictObject({ run: text })
    .describe("Runs a shell command; its output is the agent's output, its failure is not the agent's"),
  z.strictObject({ say: text }).describe("Prints a line"),
  z.strictObject({ wait: z.int().min(0).max(86_400_000) }).describe("Works silently for so many milliseconds"),
  z.strictObject({ hang: z.literal(true) }).describe("Stops producing output until a message arrives"),
  z.strictObject({ fail: z.strictObject({ exitCode: z.int().min(1).max(255) }) }).describe("Crashes with an exit code"),
  z.strictObject({ progress: agentTools.report_progress.input }).describe("Calls the tool report_progress"),
  z.strictObject({ discover: agentTools.report_discovery.input }).describe("Calls the tool report_discovery"),
  z
    .strictObject({ ask: agentTools.ask_question.input })
    .describe("Calls the tool ask_question and ends; once it is answered the agent goes on with the next step"),
  z.strictObject({ readSpec: z.literal(true) }).describe("Calls the tool read_spec and prints what it says"),
  z
    .strictObject({ submit: z.union([text, agentTools.submit_result.input]) })
    .describe("Says the task is done, with this summary; with `summary` and `files` by the tool submit_result"),
]);
export type ScenarioStep = z.infer<typeof scenarioStepSchema>;

/**
 * A script for a whole run: what the model answers, by role, and what the agent does, by task and attempt. The last
 * entry of a list serves every later call. Only words are scripted: git, jails, processes and checks are real.
 */
export const scenarioSchema = z.strictObject({
  version: z.literal(1),
  asks: z
    .strictObject({ request: text, size: z.enum(specSizes) })
    .optional()
    .describe("What it is a script for, where whoever plays it asks for nothing else: `omoios demo`"),
  model: z
    .record(z.string(), z.array(z.unknown()).min(1))
    .default({})
    .describe(
      "Answers by role (`plan-direct`, `plan-light`, `prd`, `requirements`, `design`, `tasks`, `evaluate-prd` …, `validate`): the first call gets the first one; none where a real model answers",
    ),
  agent: z.array(
    z.strictObject({
      task: text.describe(
        "Title of the task, or * for any; `Explore the repository` plays the exploration of a full plan, which no * does",
      ),
      attempts: z.array(z.array(scenarioStepSchema)).min(1).describe("Steps by attempt"),
      resolve: z
        .array(z.array(scenarioStepSchema))
        .min(1)
        .optional()
        .describe("Steps by attempt at resolving a conflict of the task; by default it leaves everything as it is"),
    }),
  ),
});
export type Scenario = z.infer<typeof scenarioSchema>;
