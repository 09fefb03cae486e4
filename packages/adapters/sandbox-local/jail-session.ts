import { FaultError } from "@omoios/domain/shared/fault";
import type { Program, ProgramRequest, ProgramResult } from "@omoios/engine/ports/sandbox";
import { InitChannel, ProtocolBreach } from "./init-channel.ts";
import { JailProcess } from "./jail-process.ts";
import { JailedProgram } from "./jailed-program.ts";
import { OutputCollector } from "./output-collector.ts";
import { jailPaths, type JailLaunch } from "./launch.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { InitReport } from "./protocol.ts";
import { workspacePath } from "./workspace-path.ts";

const readyWithinMs = 60_000;
const startWithinMs = 15_000;
const dieWithinMs = 5_000;
const defaultMaxOutputBytes = 4 * 1024 * 1024;
/** Reports of changes a jail may send in one second; init sends at most five. */
const maxChangesPerSecond = 50;

/** A live jail with its init: starts programs in it until it is gone. */
export class JailSession {
  /** Resolves when everything in the jail is dead. */
  readonly closed: Promise<void>;
  readonly #name: string;
  readonly #jail: JailProcess;
  readonly #env: Readonly<Record<string, string>>;
  readonly #channel: InitChannel;
  readonly #ready = Promise.withResolvers<void>();
  readonly #programs = new Map<number, JailedProgram>();
  readonly #listeners = new Set<(paths: readonly string[]) => void>();
  #lastId = 0;
  #watchAsked = false;
  #changes = { second: 0, count: 0 };
  #reason: string | null = null;
  #gone = false;

  constructor(parts: {
    readonly name: string;
    readonly launch: JailLaunch;
    /** The whole environment of every program in it. */
    readonly env: Readonly<Record<string, string>>;
  }) {
    this.#name = parts.name;
    this.#env = parts.env;
    this.#jail = new JailProcess(parts.launch);
    this.#jail.stdin.end();
    this.#jail.stdout.resume();
    this.#channel = new InitChannel({
      output: this.#jail.channel,
      input: this.#jail.channel,
      onReport: (report) => this.#take(report),
      onBreach: (breach) => this.#breach(breach),
    });
    this.#ready.promise.catch(() => undefined); // Told to whoever waits in `waitReady`, if anybody does.
    this.closed = this.#jail.ended.then(
      async () => await this.#end(),
      async (error: unknown) => {
        this.#reason ??= String(error);
        await this.#end();
      },
    );
  }

  /** Hands the jail's first process to `record` and waits until the init answers. */
  async waitReady(record: (first: ProcessIdentity) => void, signal: AbortSignal): Promise<void> {
    const first = await this.#jail.firstProcess();
    if (first !== null) record(first);
    const abort = (): void => this.#kill("its opening was aborted");
    const late = setTimeout(() => this.#kill(`its init did not answer within ${readyWithinMs} ms`), readyWithinMs);
    signal.addEventListener("abort", abort, { once: true });
    try {
      if (signal.aborted) abort();
      await this.#ready.promise;
    } catch (error) {
      await this.closed;
      signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(late);
      signal.removeEventListener("abort", abort);
    }
  }

  async spawn(request: ProgramRequest): Promise<Program> {
    this.#refuseGone();
    request.signal?.throwIfAborted();
    if (request.argv.length === 0 || request.argv.some((word) => word.includes("\0"))) {
      throw new FaultError({
        kind: "invalid",
        message: "A program needs an argument list without NUL bytes.",
        problems: [],
      });
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const program = new JailedProgram(id, this.#channel);
    this.#programs.set(id, program);
    this.#channel.send({
      type: "spawn",
      id,
      argv: request.argv,
      cwd: workspacePath(request.cwd),
      env: { ...this.#env, ...request.env },
    });
    const late = setTimeout(
      () => this.#kill(`its init did not start a program within ${startWithinMs} ms`),
      startWithinMs,
    );
    try {
      await program.started;
    } catch (error) {
      throw nameProgram(error, request.argv[0] ?? "");
    } finally {
      clearTimeout(late);
    }
    this.#obeySignal(program, request.signal);
    if (request.stdin !== undefined) program.write(request.stdin);
    if (request.keepStdinOpen !== true) program.end();
    return program;
  }

  #obeySignal(program: JailedProgram, signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = (): void => this.#killProgram(program);
    signal.addEventListener("abort", abort, { once: true });
    void program.over.then(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
  }

  async run(
    request: ProgramRequest & { readonly timeoutMs: number; readonly maxOutputBytes?: number },
  ): Promise<ProgramResult> {
    const startedAt = new Date();
    const program = (await this.spawn(request)) as JailedProgram;
    const collector = new OutputCollector(request.maxOutputBytes ?? defaultMaxOutputBytes);
    let timedOut = false;
    const timeout = setTimeout(() => {
      timedOut = true;
      this.#killProgram(program);
    }, request.timeoutMs);
    try {
      for await (const chunk of program.output) collector.add(chunk);
      const exit = await program.exited;
      request.signal?.throwIfAborted();
      return { ...exit, timedOut, ...collector.result(), startedAt, endedAt: new Date() };
    } finally {
      clearTimeout(timeout);
    }
  }

  /** Kills a program; a jail in which that does not work (its init was stopped, say) is ended as a whole. */
  #killProgram(program: JailedProgram): void {
    program.kill("SIGKILL");
    const late = setTimeout(() => this.#kill(`a killed program did not end within ${dieWithinMs} ms`), dieWithinMs);
    void program.over.then(() => clearTimeout(late));
  }

  /** Calls `listener` with changed paths, from the moment the init has walked the tree. */
  onChange(listener: (paths: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#watchAsked) this.#channel.send({ type: "watch", root: jailPaths.workspace });
    this.#watchAsked = true;
    return () => this.#listeners.delete(listener);
  }

  /** A jail may end between two beats, and whoever works in it hears of that; there is nothing to renew then. */
  renew(): void {
    if (this.#reason === null && !this.#gone) this.#channel.send({ type: "renew" });
  }

  async close(): Promise<void> {
    this.#reason ??= "it was closed";
    await this.#jail.kill();
    await this.closed;
  }

  #take(report: InitReport): void {
    switch (report.type) {
      case "ready":
        return this.#ready.resolve();
      case "changed":
        return this.#tellChanged(report.paths);
      case "started":
      case "output":
      case "exit":
      case "end":
      case "failed":
        return this.#takeProgramReport(report);
    }
  }

  #takeProgramReport(report: Extract<InitReport, { readonly id: number }>): void {
    const program = this.#programs.get(report.id);
    if (program === undefined) throw new ProtocolBreach("it reported about a program that does not run");
    program.take(report);
    if (report.type === "failed")
      program.fail(new FaultError({ kind: "not-found", what: "program", id: `(${report.code}: ${report.message})` }));
    if (report.type === "failed" || report.type === "end") this.#programs.delete(report.id);
  }

  #tellChanged(paths: readonly string[]): void {
    const second = Math.floor(performance.now() / 1000);
    this.#changes = { second, count: this.#changes.second === second ? this.#changes.count + 1 : 1 };
    if (!this.#watchAsked || this.#changes.count > maxChangesPerSecond)
      throw new ProtocolBreach("it floods the host with change reports");
    for (const listener of this.#listeners) listener(paths);
  }

  #breach(breach: ProtocolBreach): void {
    this.#kill(`its init broke the protocol: ${breach.message}`);
  }

  #kill(reason: string): void {
    this.#reason ??= reason;
    // A jail that cannot be killed is reported by whoever closes or adopts it; `closed` does not resolve before it is dead.
    this.#jail.kill().catch(() => undefined);
  }

  async #end(): Promise<void> {
    this.#gone = true;
    await this.#waitDead();
    const fault = this.#goneFault();
    this.#ready.reject(fault);
    for (const program of this.#programs.values()) program.fail(fault);
    this.#programs.clear();
    this.#listeners.clear();
  }

  /** However long the kernel holds a process: until it is dead the jail is not gone. */
  async #waitDead(): Promise<void> {
    for (;;) {
      try {
        return await this.#jail.kill();
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        this.#reason ??= error.message;
      }
    }
  }

  #goneFault(): FaultError {
    const said = this.#jail.errors === "" ? "" : ` It said: ${this.#jail.errors}`;
    const why = this.#reason ?? "its processes ended";
    return new FaultError({
      kind: "unavailable",
      message: `The sandbox ${this.#name} is gone: ${why}.${said}`,
      fix: "Open it again; its tree and HOME were kept.",
      retryable: false,
    });
  }

  #refuseGone(): void {
    if (this.#gone || this.#reason !== null) throw this.#goneFault();
  }
}

/** Puts the program's name into the fault of a failed start. */
function nameProgram(error: unknown, name: string): unknown {
  if (!(error instanceof FaultError) || error.fault.kind !== "not-found") return error;
  return new FaultError(
    {
      ...error.fault,
      id: `${name} ${error.fault.id}`,
      fix: "Install it where the jail sees it: in /usr, or list its folder under toolPaths.",
    },
    { cause: error },
  );
}
