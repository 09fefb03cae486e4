import { bareWords, judgeCriterion, judgeRequirement, judgeTitle, type GateFinding } from "./gate.ts";
import type { PlannedRequirement, PlannedRequirements } from "./plan-shape.ts";

/** Everything that is wrong with requirements and their criteria, whatever a model would score them; none means they pass. */
export function judgeRequirements(planned: PlannedRequirements): readonly GateFinding[] {
  return [
    ...judgeTitle(planned.title, "title", 80),
    ...repeatedIds(planned.requirements.flatMap(({ id, criteria }) => [id, ...criteria.map((one) => one.id)])),
    ...repeatedTexts(planned.requirements),
    ...planned.requirements.flatMap(judgeOne),
  ];
}

/** Ids that are given more than once. */
export function repeatedIds(ids: readonly string[]): readonly GateFinding[] {
  const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return Array.from(repeated, (id) => ({
    rule: "duplicate-id",
    at: id,
    message: `the id ${id} is given more than once`,
    fix: "Give everything an id of its own",
  }));
}

function judgeOne(requirement: PlannedRequirement): readonly GateFinding[] {
  const { id, text, criteria } = requirement;
  const form: readonly GateFinding[] = /^REQ-[1-9]\d{0,3}$/u.test(id)
    ? []
    : [{ rule: "id-form", at: id, message: `${id} is no requirement id`, fix: "Count them: REQ-1, REQ-2, …" }];
  const missing: readonly GateFinding[] =
    criteria.length > 0
      ? []
      : [
          {
            rule: "criteria-missing",
            at: `${id}.criteria`,
            message: "nothing says how one would notice that it is met",
            fix: "Give it at least one criterion: given what, do what, see what",
          },
        ];
  const judged = criteria.flatMap((criterion): readonly GateFinding[] => [
    ...(new RegExp(`^${id}\\.[1-9]\\d{0,3}$`, "u").test(criterion.id)
      ? []
      : [
          {
            rule: "id-form" as const,
            at: criterion.id,
            message: `${criterion.id} is no id of a criterion of ${id}`,
            fix: `Count them: ${id}.1, ${id}.2, …`,
          },
        ]),
    ...judgeCriterion(criterion.text, `${criterion.id}.text`, text),
  ]);
  return [...form, ...judgeRequirement(text, `${id}.text`), ...missing, ...judged];
}

/** The same statement twice would be proven twice and counted twice. */
function repeatedTexts(requirements: readonly PlannedRequirement[]): readonly GateFinding[] {
  const texts = [
    ...requirements.map(({ id, text }) => ({ id, text: bareWords(text) })),
    ...requirements.flatMap(({ criteria }) => criteria.map(({ id, text }) => ({ id, text: bareWords(text) }))),
  ];
  const first = new Map<string, string>();
  return texts.flatMap(({ id, text }): readonly GateFinding[] => {
    const before = first.get(text);
    if (before === undefined || text === "") {
      first.set(text, id);
      return [];
    }
    const isOwnRequirement = id.startsWith(`${before}.`);
    if (isOwnRequirement) return [];
    const fix = "Leave one of the two out, or say what differs";
    return [{ rule: "repeated", at: `${id}.text`, message: `says the same as ${before}`, fix }];
  });
}
