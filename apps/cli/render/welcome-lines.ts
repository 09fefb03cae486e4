import type { SpecStanding, StatusView } from "@omoios/contract/http-system";
import { spell } from "./ages.ts";
import { cleanLine } from "./clean-text.ts";
import { hang, truncateStart } from "./columns.ts";
import { count } from "./event-text.ts";
import { field, isolationLines, workedOn, type StatusLayout } from "./status-lines.ts";
import { specWords } from "./words.ts";

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
    field("sign in", `once, within ${validFor}; leads to /docs:`, paint),
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
  const working = workedOn(status);
  const waiting = status.running.filter((standing) => !working.includes(standing));
  const goesOn = count(working.length, "spec goes on:", "specs go on:");
  const waits = count(waiting.length, "spec waits for you:", "specs wait for you:");
  return [
    ...(working.length === 0 ? ['Nothing is under way. In a repository: omoios run "<feature>"'] : [goesOn]),
    ...working.flatMap((standing) => standingLine(standing, layout)),
    ...(waiting.length === 0 ? [] : [waits]),
    ...waiting.flatMap((standing) => standingLine(standing, layout)),
  ];
}

function standingLine({ spec, goal }: SpecStanding, { paint, width }: StatusLayout): readonly string[] {
  const { word, tone } = specWords[spec.status];
  const state = spec.attention === null ? paint(tone, word) : paint("you", "Needs you");
  return hang(
    `  ${paint("strong", spec.label)}  ${state}  `,
    `${cleanLine(spec.title)} (${goal.met} of ${goal.total} proven)`,
    width,
  );
}
