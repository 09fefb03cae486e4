import type { SpecView } from "@omoios/contract/http-spec";
import type { CSSProperties, ReactNode } from "react";
import { clockTime } from "../../ui/ages.ts";

const shownAtMost = 40;
/** With more columns than these, only the first and the last have room for their numbers. */
const readableAtMost = 18;

/** How many criteria were met after each landing: one column a landing, what was lost again in red. */
export function GoalLine({ spec: { goal, progress } }: { readonly spec: SpecView }): ReactNode {
  const shown = progress.history.slice(-shownAtMost);
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="goal">
      <h2 id="goal" className="section-title">
        Proven, landing by landing
        <span className="aside">{goalText({ goal, progress })}</span>
      </h2>
      <ol className="card goal-line" data-dense={shown.length > readableAtMost || undefined}>
        {shown.map(({ commit, landedAt, met, regressed }) => (
          <li key={`${commit} ${landedAt}`} title={`${commit.slice(0, 7)}, ${clockTime(landedAt)}`}>
            <span aria-hidden>{met}</span>
            <div style={heights(goal.total, { met, regressed })} aria-hidden>
              <i data-state="not-run" />
              <i data-state="failed" />
              <i data-state="proven" />
            </div>
            <time dateTime={landedAt} aria-hidden>
              {clockTime(landedAt)}
            </time>
            <span className="visually-hidden">
              {clockTime(landedAt)}: {met} of {goal.total} met{regressed > 0 && `, ${regressed} lost again`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function goalText({ goal, progress }: Pick<SpecView, "goal" | "progress">): string {
  return [
    `${goal.met} of ${goal.total} met`,
    ...(progress.regressed > 0 ? [`${progress.regressed} lost again`] : []),
    ...(progress.judged > 0 ? [`${progress.judged} for you to judge`] : []),
  ].join(", ");
}

/** The rows of a column, from the top: what is not met, what was met before, what is met. */
function heights(
  total: number,
  { met, regressed }: { readonly met: number; readonly regressed: number },
): CSSProperties {
  return { gridTemplateRows: `${total - met - regressed}fr ${regressed}fr ${met}fr` };
}
