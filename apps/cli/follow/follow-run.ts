import { apiPaths } from "@omoios/contract/http";
import type { StoredEvent } from "@omoios/contract/events";
import { specViewSchema, type SpecSummary, type SpecView } from "@omoios/contract/http-spec";
import { runResultSchema } from "@omoios/contract/run-result";
import { FaultError } from "@omoios/domain/shared/fault";
import type { Cli } from "../cli.ts";
import type { ExitCode } from "../exit-code.ts";
import { eventLines } from "../render/event-lines.ts";
import { eventText } from "../render/event-text.ts";
import { nextLines, nextSteps, resultLines, type NextStep } from "../render/spec-result.ts";
import type { Session } from "../server-process/session.ts";
import { followSpec } from "./follow-spec.ts";
import type { Say } from "./request-spec.ts";

/** How long a run goes on trying to reach a server that went away: a restart takes seconds. */
const patienceMs = 60_000;

export interface FollowRunOptions {
  readonly session: Session;
  readonly spec: SpecSummary;
  readonly flags: { readonly json?: boolean | undefined };
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** Shows a spec being worked on until it ends, then its result; null when the person interrupted. */
export async function followRun(cli: Cli, options: FollowRunOptions): Promise<ExitCode | null> {
  const { session, spec } = options;
  const { terminal } = cli;
  const json = options.flags.json === true;
  const since = new Date(spec.requestedAt);
  const watched = watchServer(session, options.signal);
  const code = await followSpec(session.client, {
    spec: spec.id,
    signal: watched.signal,
    patienceMs,
    onConnection: (state) =>
      terminal.note(
        state === "lost"
          ? "Connection lost. The work goes on; trying to reach the server again."
          : "Back. Nothing was missed.",
      ),
    onEvent: (event) => {
      if (json) terminal.json(event);
      else if (isTold(event, spec.settings.approval))
        terminal.print(...eventLines(event, { paint: terminal.paint, width: terminal.width, since }));
    },
  });
  watched.stop();
  if (watched.died !== null) throw watched.died;
  if (code === null) sayInterrupted(options);
  await printResult(cli, options, code);
  return code;
}

/** The heading tells the request already, and a plan that a policy approves waits for nobody. */
function isTold(event: StoredEvent, approval: SpecSummary["settings"]["approval"]): boolean {
  if (event.type === "spec.requested") return false;
  if (event.type === "spec.moved" && event.payload.to === "awaiting_approval" && approval === "policy") return false;
  return eventText(event).headline;
}

/** A server of our own that dies ends the run at once; of another's we only notice a lost connection. */
function watchServer(
  session: Session,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly died: FaultError | null; stop(): void } {
  const gone = new AbortController();
  const watched = {
    signal: AbortSignal.any([signal, gone.signal]),
    died: null as FaultError | null,
    stop: () => undefined,
  };
  const { own } = session;
  let stopped = false;
  void own?.ended.then(({ code, signal: by }) => {
    if (stopped) return;
    const message = `The server ended unexpectedly (${by === null ? `exit ${code ?? "unknown"}` : `signal ${by}`})`;
    const fix = `Go on from the last commit with: omoios run --resume   (its log: ${own.logPath})`;
    watched.died = new FaultError({ kind: "unavailable", message, fix, retryable: true });
    gone.abort();
  });
  return Object.assign(watched, { stop: () => void (stopped = true) });
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
  if (code === null) {
    options.say(...nextLines(stepsAfterInterrupt(options), cli.terminal));
    return;
  }
  const view = await client.get(apiPaths.spec(options.spec.id), specViewSchema);
  options.say("", ...resultLines(view, cli.terminal), ...nextLines(stepsAfter(view, options.session), cli.terminal));
}

function stepsAfterInterrupt({ session, spec }: FollowRunOptions): readonly NextStep[] {
  const resume = { line: `omoios run --resume ${spec.label}`, does: "go on and watch" };
  if (session.own === null)
    return [resume, { line: `omoios spec cancel ${spec.label}`, does: "stop the work for good" }];
  return [resume, { line: "omoios up", does: "go on with everything that is parked" }];
}

/** A server of our own ends with this command, so what comes next needs one. */
function stepsAfter(view: SpecView, session: Session): readonly NextStep[] {
  const steps = nextSteps(view);
  return session.own === null || steps.length === 0
    ? steps
    : [{ line: "omoios up --detach", does: "start the server again" }, ...steps];
}
