export const promptNames = ["plan-direct", "validate"] as const;
export type PromptName = (typeof promptNames)[number];

/** A versioned prompt file; its digest is recorded with every call made with it. */
export interface Prompt {
  readonly text: string;
  readonly digest: string;
}

export type Prompts = Readonly<Record<PromptName, Prompt>>;
