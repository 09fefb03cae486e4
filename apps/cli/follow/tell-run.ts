import type { StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { specViewSchema, type SpecSummary } from "@omoios/contract/http-spec";
import { FaultError } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";
import type { Cli } from "../cli.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { LiveView } from "../live/live-view.ts";
import { eventLines } from "../render/event-lines.ts";
import type { Session } from "../server-process/session.ts";
import { askApproval } from "./ask-approval.ts";
import { followSpec } from "./follow-spec.ts";
import { isTold } from "./told-event.ts";

/** How long a run goes on trying to reach a server that went away: a restart takes seconds. */
const patienceMs = 60_000;

export interface TellRunOptions {
  readonly session: Session;
  readonly spec: SpecSummary;
  readonly flags: { readonly json?: boolean | undefined; readonly lines?: boolean | undefined };
  readonly signal: AbortSignal;
}

/**
 * Tells what happens to a spec until it ends or waits for a person; null when the person interrupted. Whoever sits at the
 * terminal sees it live and is asked about a plan that waits, and the story goes on with a yes.
 */
export async function tellRun(cli: Cli, options: TellRunOptions): Promise<ExitCode | null> {
  const { session, spec, flags, signal } = options;
  const watched = watchServer(session, signal);
  using live = await openLive(cli, { ...options, signal: watched.signal });
  let told = 0;
  const tell = async (): Promise<ExitCode | null> =>
    followSpec(session.client, {
      spec: spec.id,
      after: told,
      signal: watched.signal,
      patienceMs,
      onConnection: (state) => (live === null ? noteConnection(cli, state) : live.connection(state === "back")),
      onEvent: (event) => {
        told = event.seq;
        if (live === null) tellEvent(cli, { event, spec, flags });
        else live.fold(event);
      },
    });
  const ask = async (): Promise<boolean> => askApproval(cli, { client: session.client, spec, signal: watched.signal });
  const mayAsk = flags.json !== true;
  let code = await tell();
  while (mayAsk && code === exitCodes.waitingForPerson) {
    if (!(await (live === null ? ask() : live.aside(ask)))) break;
    code = await tell();
  }
  watched.stop();
  if (watched.died !== null) throw watched.died;
  return code === exitCodes.waitingForPerson && signal.aborted ? null : code;
}

async function openLive(cli: Cli, { session, spec, flags, signal }: TellRunOptions): Promise<LiveView | null> {
  const { screen } = cli.terminal;
  if (screen === null || flags.json === true || flags.lines === true) return null;
  const { client } = session;
  return new LiveView(cli, { client, spec: await client.get(apiPaths.spec(spec.id), specViewSchema), screen, signal });
}

function noteConnection({ terminal }: Cli, state: "lost" | "back"): void {
  terminal.note(
    state === "lost"
      ? "Connection lost. The work goes on; trying to reach the server again."
      : "Back. Nothing was missed.",
  );
}

function tellEvent(
  { terminal }: Cli,
  told: { readonly event: StoredEvent } & Pick<TellRunOptions, "spec" | "flags">,
): void {
  const { event, spec, flags } = told;
  if (flags.json === true) terminal.json(event);
  else if (isTold(event, spec.settings.approval)) {
    const { paint, width } = terminal;
    terminal.print(...eventLines(event, { paint, width, since: new Date(spec.requestedAt) }));
  }
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
    const fix = `Go on from the last commit with: omoios run --resume   (its log: ${shellWord(own.logPath)})`;
    watched.died = new FaultError({ kind: "unavailable", message, fix, retryable: true });
    gone.abort();
  });
  return Object.assign(watched, { stop: () => void (stopped = true) });
}
