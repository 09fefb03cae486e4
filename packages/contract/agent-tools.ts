import { z } from "zod";

/** Text of a bounded length that says something. */
const said = (max: number, about: string) => z.string().trim().min(1, "is empty").max(max).describe(about);
const path = z.string().min(1).max(300);

/**
 * What an agent can ask of OmoiOS while it works: the same tools for every kind of agent. What it says through them is a
 * claim; none of them changes what has to be proven.
 */
export const agentTools = {
  report_progress: {
    description:
      "Say in a sentence what you are doing now. It is shown to the person who follows the work, as your claim. Once every few minutes is enough.",
    input: z.object({
      message: said(500, "What you are doing"),
      percent: z.int().min(0).max(100).nullish().describe("How much of the task you think is done"),
    }),
  },
  report_discovery: {
    description:
      "Report work that has to be done for this feature but is not your task. Do not do it yourself: report it and go on. Within limits it becomes a task of its own, otherwise a person decides.",
    input: z.object({
      title: said(120, "One outcome, beginning with a verb"),
      description: said(4000, "What has to be done"),
      why: said(1000, "Why this feature needs it, and how you came upon it"),
      files: z.array(path).min(1).max(30).describe("Files it may create or change; folders end in /"),
      criterion: said(600, "What can be observed once it is done, with concrete inputs and outputs"),
      check: said(
        2000,
        "A shell command that fails now and succeeds once it is done; without one a person decides",
      ).nullish(),
      requirement: said(
        600,
        "Only when no requirement of the spec covers it: the requirement it is for, as one EARS statement",
      ).nullish(),
    }),
  },
  ask_question: {
    description:
      "Ask a person, when what you build depends on something only they can decide and a wrong guess would cost the whole task. You end then and go on here, with the answer, once it is given: that can take hours, so decide small things yourself.",
    input: z.object({
      question: said(1000, "One question that can be answered in a sentence, with what one has to know to answer it"),
      proposal: said(
        600,
        "What you would do without an answer, which is taken when nobody is there to be asked",
      ).nullish(),
    }),
  },
  read_spec: {
    description:
      "Read the feature this task is a part of: what was asked for, every requirement with its acceptance criteria, the design, and your task. For a feature of one task it says no more than your brief does.",
    input: z.object({}),
  },
  submit_result: {
    description:
      "Hand in what you did, as the last tool you call; then end with one word, your summary is not asked for again. Checks you cannot see decide whether it is done.",
    input: z.object({
      summary: said(
        20_000,
        "What you changed and why, of which 4,000 characters are kept; of an exploration, its whole answer",
      ),
      files: z.array(path).max(200).nullish().describe("Files you created or changed"),
    }),
  },
} as const;

export type AgentToolName = keyof typeof agentTools;
export const agentToolNames = Object.keys(agentTools) as AgentToolName[];

export type AgentToolInput<Name extends AgentToolName> = z.infer<(typeof agentTools)[Name]["input"]>;

/** A call whose input has been checked. */
export type AgentToolCall = {
  readonly [Name in AgentToolName]: { readonly tool: Name; readonly input: AgentToolInput<Name> };
}[AgentToolName];
