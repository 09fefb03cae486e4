import type { SpecSummary } from "@omoios/contract/http-spec";
import type { SpecStanding, StatusView } from "@omoios/contract/http-system";
import type { SpecStatus } from "@omoios/domain/spec/state";
import { ago } from "./ages.ts";
import { cleanLine } from "./clean-text.ts";
import { hang, truncate, truncateStart } from "./columns.ts";
import { count } from "./event-text.ts";
import type { Paint } from "./paint.ts";
import { standingMark } from "./spec-result.ts";
import { shownSpec } from "./words.ts";

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

/** A changed file does nothing until the server is started again, which nobody should have to find out. */
export function changedConfigLines({ configChanges }: StatusView, { paint, width }: StatusLayout): readonly string[] {
  if (configChanges.length === 0) return [];
  const said = `changed since the start, in force after omoios stop and omoios up: ${configChanges.map(cleanLine).join(", ")}`;
  return hang(`  ${paint("watch", `${paint.marks.watch} config`)}   `, said, width);
}

/** `omoios status`: are we there yet? The server in a few lines, then every spec that is not over. */
export function statusLines(status: StatusView, layout: StatusLayout & { readonly now: Date }): readonly string[] {
  const { paint, width, now } = layout;
  const attempts = status.attempts.map((group) => `${group.count} ${group.state}`).join(", ");
  const taken = `${status.slots.held} of ${status.slots.total} taken`;
  return [
    `${paint("strong", "OmoiOS")} ${status.version} at ${status.url}, pid ${status.pid}, started ${ago(status.startedAt, now)}`,
    field("home", truncateStart(status.home, width - 13), paint),
    ...(status.sandbox.isolation === "full" ? [] : isolationLines(status.sandbox, layout)),
    ...changedConfigLines(status, layout),
    ...diskLines(status, layout),
    field("slots", attempts === "" ? taken : `${taken} (attempts: ${attempts})`, paint),
    ...(status.inbox === 0
      ? []
      : [field("inbox", `${count(status.inbox, "discovery", "discoveries")} to decide: omoios discovery list`, paint)]),
    "",
    ...(status.running.length === 0
      ? ['No spec is being worked on. Start one with: omoios run "<feature>"']
      : status.running.flatMap((standing) => [...standingLines(standing, layout), ""]).slice(0, -1)),
  ];
}

/** Silent while there is room. */
function diskLines({ disk }: StatusView, { paint, width }: StatusLayout): readonly string[] {
  if (disk.freeBytes >= disk.leastBytes) return [];
  const [free, least] = [disk.freeBytes, disk.leastBytes].map((bytes) => (bytes / 1e9).toFixed(1));
  const text = `${free} GB free: no attempt begins below ${least} GB (sandbox.leastFreeBytes)`;
  return hang(`  ${paint("watch", `${paint.marks.watch} disk`)}     `, text, width);
}

function standingLines(standing: SpecStanding, layout: StatusLayout & { readonly now: Date }): readonly string[] {
  const { spec, tasks } = standing;
  const { paint, width, now } = layout;
  const work = tasks.map((group) => `${group.count} ${group.status}`).join(", ");
  const history = historyText(standing, now);
  return [
    ...hang(`${specName(standing, paint)}  `, cleanLine(spec.title), width),
    ...hang(field("goal", "", paint), goalText(standing, now), width),
    ...(history === null ? [] : [field("landings", history, paint)]),
    ...(tasks.length === 0 ? [] : [field("tasks", work, paint)]),
    ...(spec.pausedReason === null ? [] : hang(field("paused", "", paint), cleanLine(spec.pausedReason), width)),
    ...neededLines(standing, layout),
    ...openCriteriaLines(standing, layout),
  ];
}

/** What agents ask comes first: one answer, and they go on. */
function neededLines({ spec, needs }: SpecStanding, { paint, width }: StatusLayout): readonly string[] {
  const asked = needs.filter(({ kind }) => kind === "question");
  const asking = asked.flatMap(({ task, text }) => {
    const label = task?.label ?? spec.label;
    const said = `${label} asks: ${cleanLine(text ?? "")} Answer with: omoios answer ${label}`;
    return hang(`  ${paint("you", "you".padEnd(9))}  `, said, width);
  });
  const isSaid = spec.attention === null || (asked.length > 0 && needs.every(({ kind }) => kind !== "task"));
  return isSaid
    ? asking
    : [...asking, ...hang(`  ${paint("quiet", "you".padEnd(9))}  `, cleanLine(spec.attention ?? ""), width)];
}

/** `shop  SPC-1  Executing`: labels are counted per project, so a list of several names it. */
export function specName({ spec }: SpecStanding, paint: Paint): string {
  const { word, tone } = shownSpec(spec);
  return `${cleanLine(spec.project.name)}  ${paint("strong", spec.label)}  ${paint(tone, word)}`;
}

const hourMs = 3_600_000;

/** `6 of 16 proven, 2 in the last hour, 1 regressed, 3 for you to judge`. */
function goalText({ goal, progress }: SpecStanding, now: Date): string {
  if (goal.total === 0) return "no criteria yet: it is being planned";
  const since = now.getTime() - hourMs;
  const before = progress.history.findLast(({ landedAt }) => Date.parse(landedAt) <= since)?.met ?? 0;
  const gained = goal.met - before;
  return [
    `${goal.met} of ${goal.total} proven`,
    ...(gained > 0 && before > 0 ? [`${gained} in the last hour`] : []),
    ...(progress.regressed > 0 ? [`${progress.regressed} regressed`] : []),
    ...(progress.judged > 0 ? [`${progress.judged} for you to judge`] : []),
  ].join(", ");
}

const shownLandings = 8;

/** `0 → 2 → 5 → 6 proven, the last 3 min ago`: how the goal came nearer, or did not. */
function historyText({ spec, progress }: SpecStanding, now: Date): string | null {
  const last = progress.history.at(-1);
  if (last === undefined || last.commit === spec.base.commit) return null;
  const shown = progress.history.slice(-shownLandings).map(({ met }) => met);
  const cut = progress.history.length > shown.length ? "… " : "";
  return `${cut}${shown.join(" → ")} proven, the last ${ago(last.landedAt, now)}`;
}

const shownCriteria = 5;

/** What is still open, what was lost again first; what is proven is a count. */
function openCriteriaLines({ spec, criteria }: SpecStanding, { paint, width }: StatusLayout): readonly string[] {
  const open = criteria.filter(({ met }) => !met).toSorted((a, b) => Number(b.regressed) - Number(a.regressed));
  const more = open.length - shownCriteria;
  return [
    ...open.slice(0, shownCriteria).flatMap(({ label, text, standing, regressed, why }) => {
      const quiet = standing === "unmet" && !regressed;
      const mark = quiet ? paint("quiet", paint.marks.quiet) : standingMark(standing, paint);
      const reason = [...(regressed ? ["was met before"] : []), ...(why === null ? [] : [cleanLine(why)])].join(": ");
      const [first = "", ...rest] = hang(`  ${mark} ${cleanLine(label)}  `, `${cleanLine(text)} (${reason})`, width);
      return [rest.length === 0 ? first : truncate(`${first} …`, width)];
    }),
    ...(more > 0 ? [paint("quiet", `  … and ${more} more: omoios spec show ${spec.label}`)] : []),
  ];
}

/** `  name       text`, the shape of every fact in the command line. */
export function field(name: string, text: string, paint: Paint): string {
  return `  ${paint("quiet", name.padEnd(9))}  ${text}`;
}

const workingStatuses: readonly SpecStatus[] = ["draft", "planning", "executing", "verifying"];

/** The specs that are being worked on; the other unfinished ones wait for a person. A provider's pause ends by itself. */
export function workedOn(status: StatusView): readonly SpecStanding[] {
  const isHeld = ({ pausedBy }: SpecSummary): boolean => pausedBy === "person" || pausedBy === "budget";
  return status.running.filter(
    ({ spec }) => workingStatuses.includes(spec.status) && spec.attention === null && !isHeld(spec),
  );
}

/** The specs a person has something to do for: proven ones to review apart from those that cannot go on. */
export function waitingFor(status: StatusView): {
  readonly review: readonly SpecStanding[];
  readonly you: readonly SpecStanding[];
} {
  const working = workedOn(status);
  const waiting = status.running.filter((standing) => !working.includes(standing));
  const isReviewed = ({ spec }: SpecStanding): boolean => spec.status === "in_review" && spec.attention === null;
  return { review: waiting.filter(isReviewed), you: waiting.filter((standing) => !isReviewed(standing)) };
}

/** `SPC-1, SPC-3`; with their projects when they are of several, since labels are counted per project. */
export function specLabels(specs: readonly Pick<SpecSummary, "label" | "project">[]): string {
  const isOne = new Set(specs.map(({ project }) => project.id)).size <= 1;
  return specs.map(({ label, project }) => (isOne ? label : `${cleanLine(project.name)} ${label}`)).join(", ");
}

/** What a stopping server leaves for the next start, in one line. */
export function parkedLine(status: StatusView): string {
  const working = workedOn(status);
  if (working.length === 0) return "Stopped. No work was under way.";
  const specs = specLabels(working.map(({ spec }) => spec));
  const attempts = status.attempts.reduce((sum, group) => sum + group.count, 0);
  return `Stopped. Parked: ${specs} (${count(attempts, "live attempt", "live attempts")}). Go on with: omoios up`;
}
