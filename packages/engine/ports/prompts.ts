export const promptNames = [
  "explore",
  "plan-direct",
  "plan-light",
  "prd",
  "requirements",
  "design",
  "tasks",
  "replan",
  "evaluate",
  "validate",
] as const;
export type PromptName = (typeof promptNames)[number];

/** The phases a model evaluates, each by a standards file of this name. */
export const standardsNames = ["prd", "requirements", "design", "tasks"] as const;
export type StandardsName = (typeof standardsNames)[number];

/** A versioned prompt file; its digest is recorded with every call made with it. */
export interface Prompt {
  readonly text: string;
  readonly digest: string;
}

export type Prompts = Readonly<Record<PromptName, Prompt>>;
/** What each phase is scored by. */
export type StandardsFiles = Readonly<Record<StandardsName, Prompt>>;
