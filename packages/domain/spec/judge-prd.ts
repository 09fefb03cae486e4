import { isPlaceholder, judgeTitle, placeholder, type GateFinding } from "./gate.ts";
import { repeatedIds } from "./judge-requirements.ts";

/** A PRD, as far as the gate looks at it. */
export interface PrdShape {
  readonly title: string;
  readonly problem: string;
  readonly goals: readonly string[];
  readonly stories: readonly { readonly id: string; readonly text: string }[];
  readonly scopeIn: readonly string[];
  readonly scopeOut: readonly string[];
  readonly questions: readonly { readonly text: string; readonly proposal: string }[];
}

/** Everything that is wrong with a PRD; none means it passes. */
export function judgePrd(prd: PrdShape): readonly GateFinding[] {
  const texts = [
    { at: "problem", text: prd.problem },
    ...prd.goals.map((text, index) => ({ at: `goals[${index}]`, text })),
    ...prd.stories.map(({ id, text }) => ({ at: `${id}.text`, text })),
  ];
  return [
    ...judgeTitle(prd.title, "title", 80),
    ...repeatedIds(prd.stories.map((story) => story.id)),
    ...prd.stories.flatMap(({ id }): readonly GateFinding[] =>
      /^US-[1-9]\d{0,3}$/u.test(id)
        ? []
        : [{ rule: "id-form", at: id, message: `${id} is no id of a story`, fix: "Count them: US-1, US-2, …" }],
    ),
    ...texts.flatMap(({ at, text }) => (isPlaceholder(text) ? [placeholder(at)] : [])),
    ...prd.scopeIn.flatMap((text): readonly GateFinding[] => {
      const fix = "Decide: it is either part of the feature or it is not";
      return prd.scopeOut.includes(text)
        ? [{ rule: "repeated", at: "scopeOut", message: `"${text}" is in scope too`, fix }]
        : [];
    }),
    ...prd.questions.flatMap(({ text, proposal }, index): readonly GateFinding[] => {
      const fix = "Ask one thing, and propose the answer you would give yourself";
      const isAnswered = proposal.trim() !== "" && !proposal.includes("?");
      return text.includes("?") && isAnswered
        ? []
        : [{ rule: "question", at: `questions[${index}]`, message: "is no question with a proposed answer", fix }];
    }),
  ];
}
