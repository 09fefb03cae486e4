import type { SpecStanding, StatusView } from "@omoios/contract/http-system";
import type { SpecStatus } from "@omoios/domain/spec/state";
import { ago } from "./ages.ts";
import { cleanLine } from "./clean-text.ts";
import { hang, truncate, truncateStart } from "./columns.ts";
import { count } from "./event-text.ts";
import type { Paint } from "./paint.ts";
import { standingMark } from "./spec-result.ts";
import { specWords } from "./words.ts";

export interface StatusLayout {
  readonly paint: Paint;
  readonly width: number;
}

/** How much sandboxes hold back; anything but full says why and how to change it. */
export function isolationLines(sandbox: StatusView["sandbox"], { paint, width }: StatusLayout): readonly string[] {
  if (sandbox.isolation === "full")
    return [field("sandbox", `${sandbox.provider}, isolation full (${sandbox.layering})`, paint)];
  const why = sandbox.reason === null ? "" : `: ${cleanLine(sandbox.reason)}`;
  return [
    ...hang(
      `  ${paint("watch", `${paint.marks.watch} sandbox`)}  `,
      `${sandbox.provider}, isolation ${sandbox.isolation.toUpperCase()}${why}`,
      width,
    ),
    ...(sandbox.fix === null ? [] : hang("             ", cleanLine(sandbox.fix), width)),
  ];
}

/** `omoios status`: the server in four lines, then how far every unfinished spec is from its goal. */
export function statusLines(status: StatusView, layout: StatusLayout & { readonly now: Date }): readonly string[] {
  const { paint, width, now } = layout;
  const attempts = status.attempts.map((group) => `${group.count} ${group.state}`).join(", ");
  return [
    `${paint("strong", "OmoiOS")} ${status.version} at ${status.url}`,
    field("process", `pid ${status.pid}, started ${ago(status.startedAt, now)}`, paint),
    field("home", truncateStart(status.home, width - 13), paint),
    field("state", truncate(cleanLine(status.database), width - 13), paint),
    ...isolationLines(status.sandbox, layout),
    field(
      "slots",
      `${status.slots.held} of ${status.slots.total} taken${attempts === "" ? "" : ` (attempts: ${attempts})`}`,
      paint,
    ),
    "",
    ...(status.running.length === 0
      ? ['No spec is being worked on. Start one with: omoios run "<feature>"']
      : status.running.flatMap((standing) => [...standingLines(standing, layout), ""]).slice(0, -1)),
  ];
}

function standingLines(
  { spec, goal, tasks, criteria }: SpecStanding,
  { paint, width }: StatusLayout,
): readonly string[] {
  const { word, tone } = specWords[spec.status];
  const state = spec.attention === null ? paint(tone, word) : paint("you", "Needs you");
  const work = tasks.map((group) => `${group.count} ${group.status}`).join(", ");
  return [
    ...hang(`${paint("strong", spec.label)}  ${state}  `, cleanLine(spec.title), width),
    field("goal", `${goal.met} of ${goal.total} ${goal.total === 1 ? "criterion" : "criteria"} proven`, paint),
    ...(tasks.length === 0 ? [] : [field("tasks", work, paint)]),
    ...(spec.pausedReason === null ? [] : [field("paused", cleanLine(spec.pausedReason), paint)]),
    ...(spec.attention === null
      ? []
      : hang(`  ${paint("quiet", "you".padEnd(9))}  `, cleanLine(spec.attention), width)),
    ...criteria.flatMap((criterion) => {
      const mark =
        criterion.standing === "unmet" ? paint("quiet", paint.marks.quiet) : standingMark(criterion.standing, paint);
      const why = criterion.why === null ? "" : ` (${cleanLine(criterion.why)})`;
      return hang(`  ${mark} ${cleanLine(criterion.label)}  `, `${cleanLine(criterion.text)}${why}`, width);
    }),
  ];
}

/** `  name       text`, the shape of every fact in the command line. */
export function field(name: string, text: string, paint: Paint): string {
  return `  ${paint("quiet", name.padEnd(9))}  ${text}`;
}

const workingStatuses: readonly SpecStatus[] = ["draft", "planning", "executing", "verifying"];

/** The specs that are being worked on; the other unfinished ones wait for a person. */
export function workedOn(status: StatusView): readonly SpecStanding[] {
  return status.running.filter(({ spec }) => workingStatuses.includes(spec.status) && spec.attention === null);
}

/** What a stopping server leaves for the next start, in one line. */
export function parkedLine(status: StatusView): string {
  const working = workedOn(status);
  if (working.length === 0) return "Stopped. No work was under way.";
  const specs = working.map(({ spec }) => spec.label).join(", ");
  const attempts = status.attempts.reduce((sum, group) => sum + group.count, 0);
  return `Stopped. Parked: ${specs} (${count(attempts, "live attempt", "live attempts")}). Go on with: omoios up`;
}
