import { apiPaths } from "@omoios/contract/http";
import { specViewSchema, type SpecView } from "@omoios/contract/http-spec";
import { runResultSchema } from "@omoios/contract/run-result";
import type { Cli } from "../cli.ts";
import type { ExitCode } from "../exit-code.ts";
import { nextLines, nextSteps, resultLines, type NextStep } from "../render/spec-result.ts";
import type { Session } from "../server-process/session.ts";
import type { Say } from "./request-spec.ts";
import { tellRun, type TellRunOptions } from "./tell-run.ts";

export interface FollowRunOptions extends TellRunOptions {
  readonly say: Say;
}

/** Shows a spec being worked on until it ends, then its result; null when the person interrupted. */
export async function followRun(cli: Cli, options: FollowRunOptions): Promise<ExitCode | null> {
  const code = await tellRun(cli, options);
  if (code === null) sayInterrupted(options);
  await printResult(cli, options, code);
  return code;
}

function sayInterrupted({ session, spec, say }: FollowRunOptions): void {
  if (session.own === null) say("", `No longer watching. ${spec.label} goes on in the server.`);
  else say("", "Parking the work (at most 10 s; Ctrl-C again leaves at once).");
}

async function printResult(cli: Cli, options: FollowRunOptions, code: ExitCode | null): Promise<void> {
  const { client } = options.session;
  if (options.flags.json === true) {
    cli.terminal.json(await client.get(apiPaths.specResult(options.spec.id), runResultSchema));
    return;
  }
  if (code === null) return;
  const view = await client.get(apiPaths.spec(options.spec.id), specViewSchema);
  options.say("", ...resultLines(view, cli.terminal), ...nextLines(stepsAfter(view, options.session), cli.terminal));
}

/** What to say when an interrupted run has been left in order. */
export function interruptedLines(
  cli: Cli,
  { session, spec }: Pick<FollowRunOptions, "session" | "spec">,
): readonly string[] {
  const resume = { line: `omoios run --resume ${spec.label}`, does: "go on and watch" };
  if (session.own === null) {
    const cancel = { line: `omoios spec cancel ${spec.label}`, does: "stop the work for good" };
    return nextLines([resume, cancel], cli.terminal);
  }
  return [
    "Parked; nothing is lost.",
    ...nextLines([resume, { line: "omoios up", does: "go on with everything that is parked" }], cli.terminal),
  ];
}

/** A server of our own ends with this command, so what comes next needs one. */
function stepsAfter(view: SpecView, session: Session): readonly NextStep[] {
  const steps = nextSteps(view);
  return session.own === null || steps.length === 0
    ? steps
    : [{ line: "omoios up --detach", does: "start the server again" }, ...steps];
}
