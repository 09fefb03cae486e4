import type { StatusView } from "@omoios/contract/http-system";
import { spell } from "./ages.ts";
import { cleanLine } from "./clean-text.ts";
import { hang, truncateStart } from "./columns.ts";
import { count } from "./event-text.ts";
import type { Paint } from "./paint.ts";
import { field, isolationLines } from "./status-lines.ts";
import { specWords } from "./words.ts";

export interface Welcome {
  readonly status: StatusView;
  readonly link: { readonly url: string; readonly expiresAt: string };
  readonly logPath: string;
  readonly detached: boolean;
}

/** What a person wants to know when a server has started: where it is, how to get in, what it does now. */
export function welcomeLines(
  welcome: Welcome,
  layout: { readonly paint: Paint; readonly width: number; readonly now: Date },
): readonly string[] {
  const { status, link } = welcome;
  const { paint, width, now } = layout;
  const validFor = spell(Date.parse(link.expiresAt) - now.getTime());
  return [
    `${paint("strong", "OmoiOS")} ${status.version} is up`,
    "",
    field("address", status.url, paint),
    field("sign in", `once, within ${validFor}; leads to /docs:`, paint),
    `    ${link.url}`,
    ...isolationLines(status.sandbox, layout),
    field("home", truncateStart(status.home, width - 13), paint),
    field("log", truncateStart(welcome.logPath, width - 13), paint),
    "",
    ...resumedLines(status, layout),
    welcome.detached ? "End it with: omoios stop" : "Ctrl-C parks the work and ends the server.",
    ...(welcome.detached ? [] : [""]),
  ];
}

function resumedLines(
  status: StatusView,
  { paint, width }: { readonly paint: Paint; readonly width: number },
): readonly string[] {
  if (status.running.length === 0) return ['Nothing is under way. In a repository: omoios run "<feature>"'];
  return [
    `${count(status.running.length, "spec goes", "specs go")} on:`,
    ...status.running.flatMap(({ spec, goal }) => {
      const { word, tone } = specWords[spec.status];
      const state = spec.attention === null ? paint(tone, word) : paint("you", "Needs you");
      return hang(
        `  ${paint("strong", spec.label)}  ${state}  `,
        `${cleanLine(spec.title)} (${goal.met} of ${goal.total} proven)`,
        width,
      );
    }),
  ];
}
