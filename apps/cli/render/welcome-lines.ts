import type { SpecStanding, StatusView } from "@omoios/contract/http-system";
import { spell } from "./ages.ts";
import { cleanLine } from "./clean-text.ts";
import { hang, truncateStart } from "./columns.ts";
import { count } from "./event-text.ts";
import { field, isolationLines, specName, waitingFor, workedOn, type StatusLayout } from "./status-lines.ts";

export interface Welcome {
  readonly status: StatusView;
  readonly link: { readonly url: string; readonly expiresAt: string };
  readonly logPath: string;
  readonly detached: boolean;
}

/** What a person wants to know when a server has started: where it is, how to get in, what it does now. */
export function welcomeLines(welcome: Welcome, layout: StatusLayout & { readonly now: Date }): readonly string[] {
  const { status, link } = welcome;
  const { paint, width, now } = layout;
  const validFor = spell(Date.parse(link.expiresAt) - now.getTime());
  return [
    `${paint("strong", "OmoiOS")} ${status.version} is up`,
    "",
    field("address", status.url, paint),
    field("sign in", `once, within ${validFor}; leads to the dashboard:`, paint),
    link.url,
    ...isolationLines(status.sandbox, layout),
    field("home", truncateStart(status.home, width - 13), paint),
    field("log", truncateStart(welcome.logPath, width - 13), paint),
    "",
    ...resumedLines(status, layout),
    welcome.detached ? "End it with: omoios stop" : "Ctrl-C parks the work and ends the server.",
    ...(welcome.detached ? [] : [""]),
  ];
}

function resumedLines(status: StatusView, layout: StatusLayout): readonly string[] {
  const { review, you } = waitingFor(status);
  const groups = [
    { standings: workedOn(status), one: "spec goes on:", many: "specs go on:" },
    { standings: you, one: "spec waits for you:", many: "specs wait for you:" },
    { standings: review, one: "pull request to review:", many: "pull requests to review:" },
  ];
  const lines = groups
    .filter(({ standings }) => standings.length > 0)
    .flatMap(({ standings, one, many }) => [
      count(standings.length, one, many),
      ...standings.flatMap((standing) => standingLine(standing, layout)),
    ]);
  return lines.length > 0 ? lines : ['Nothing is under way. In a repository: omoios run "<feature>"'];
}

function standingLine(standing: SpecStanding, { paint, width }: StatusLayout): readonly string[] {
  const { spec, goal } = standing;
  const proven = goal.total === 0 ? "" : ` (${goal.met} of ${goal.total} proven)`;
  return hang(`  ${specName(standing, paint)}  `, `${cleanLine(spec.title)}${proven}`, width);
}
