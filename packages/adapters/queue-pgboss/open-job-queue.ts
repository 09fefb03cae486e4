import { FaultError } from "@omoios/domain/shared/fault";
import type { Transaction } from "@omoios/engine/ports/database";
import { type Job, type JobQueue, type JobToSend, type QueueName, queueNames } from "@omoios/engine/ports/queue";
import { type Job as BossJob, PgBoss } from "pg-boss";
import { z } from "zod";

/** SQL as pg-boss runs it: its own tables live in the schema `boss` of the same database. */
export interface QueueDatabase {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** Calls `onReconnect` whenever notifications may have been missed. */
  listen(
    channel: string,
    onNotification: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<{ close(): Promise<void> }>;
}

export interface JobQueueOptions {
  readonly database: QueueDatabase;
  /** The same database inside a transaction of the stores. */
  readonly inTransaction: (tx: Transaction) => Pick<QueueDatabase, "executeSql">;
  /** `pglite`: one session and one process. `postgres`: a server. */
  readonly backend: "pglite" | "postgres";
  /** Hears what went wrong outside of any call: supervision, polling, a handler that threw. Must not throw. */
  readonly onError: (error: Error) => void;
}

/** A job whose worker died is given to another one after this long without a heartbeat. */
const heartbeatSeconds = 90;

const queueOptions = {
  notify: true,
  heartbeatSeconds,
  // The longest pg-boss allows; a longer task hands over to a follow-up job.
  expireInSeconds: 86_400,
  // Lost heartbeats count as retries too. The engine counts the attempts of a task itself.
  retryLimit: 1_000,
  // A handler that keeps throwing is called after 1, 2, 4 … seconds, at most every minute.
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
} as const;

const workOptions = {
  batchSize: 1,
  heartbeatRefreshSeconds: 30,
  // A loop that ended a short job sleeps until a notification or for this long: without it a backlog crawls.
  notifyPollingIntervalSeconds: 1,
  pollingIntervalSeconds: 1,
} as const;

const jobDataSchema = z.object({ subjectId: z.string() });
const page = 10_000;

/** The durable queue on pg-boss. Nothing is touched before `start`. */
export function openJobQueue(options: JobQueueOptions): JobQueue {
  return new PgBossQueue(options);
}

class PgBossQueue implements JobQueue {
  readonly #boss: PgBoss;
  readonly #inTransaction: JobQueueOptions["inTransaction"];
  readonly #onError: JobQueueOptions["onError"];
  readonly #stopping = new AbortController();

  constructor({ database, inTransaction, backend, onError }: JobQueueOptions) {
    this.#inTransaction = inTransaction;
    this.#onError = onError;
    this.#boss = new PgBoss({
      db: database,
      backend,
      schema: "boss",
      useListenNotify: true,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      schedule: false,
    });
    // Without a listener an `error` event would end the process.
    this.#boss.on("error", onError);
  }

  async start(): Promise<void> {
    await this.#boss.start();
    for (const queue of queueNames) {
      await this.#boss.createQueue(queue, queueOptions);
      await this.#boss.updateQueue(queue, queueOptions);
    }
  }

  async send(tx: Transaction, queue: QueueName, { id, subjectId, startAt }: JobToSend): Promise<void> {
    const options = { id, db: this.#inTransaction(tx), ...(startAt === undefined ? {} : { startAfter: startAt }) };
    const taken = await this.#boss.send(queue, { subjectId }, options);
    if (taken === null) throw new Error(`The queue ${queue} did not take job ${id} for ${subjectId}: its id is in use`);
  }

  async work(
    queue: QueueName,
    concurrency: number,
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    await this.#boss.work(
      queue,
      { ...workOptions, localConcurrency: concurrency },
      async (jobs: BossJob<unknown>[]) => {
        for (const job of jobs) await this.#handle(queue, job, handler);
      },
    );
  }

  async requeueOrphans(): Promise<number> {
    let requeued = 0;
    for (const queue of queueNames) {
      const { active, waiting } = await this.#unfinishedJobs(queue);
      // Not fenced by the jobs' attempt numbers: nobody else is alive to hold them.
      if (active.length > 0) await this.#boss.fail(queue, active, { message: "The process that worked on it is gone" });
      // What the process before this one failed at, it may have failed at because it was ending.
      for (const id of [...active, ...waiting]) await this.#boss.update(queue, undefined, { id, startAfter: 0 });
      requeued += active.length + waiting.length;
    }
    return requeued;
  }

  async stop(timeoutMs: number): Promise<void> {
    // pg-boss stops fetching at once but tells handlers nothing until the time is over, so they are told here.
    const stopped = this.#boss.stop({ graceful: true, timeout: timeoutMs });
    this.#stopping.abort(new FaultError({ kind: "unavailable", message: "The queue is stopping", retryable: true }));
    await stopped;
  }

  async #handle(
    queue: QueueName,
    job: BossJob<unknown>,
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    try {
      const { subjectId } = jobDataSchema.parse(job.data);
      await handler({ id: job.id, subjectId }, AbortSignal.any([job.signal, this.#stopping.signal]));
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        this.#onError(new Error(`Job ${job.id} of queue ${queue} failed`, { cause: error }));
      throw error;
    }
  }

  /** Jobs some process has, and jobs that wait out the delay of a retry. */
  async #unfinishedJobs(queue: QueueName): Promise<{ readonly active: string[]; readonly waiting: string[] }> {
    const active: string[] = [];
    const waiting: string[] = [];
    let after: string | undefined;
    for (;;) {
      const jobs = await this.#boss.findJobs(queue, { limit: page, ...(after === undefined ? {} : { after }) });
      for (const job of jobs) {
        if (job.state === "active") active.push(job.id);
        if (job.state === "retry") waiting.push(job.id);
      }
      after = jobs.at(-1)?.id;
      if (jobs.length < page) return { active, waiting };
    }
  }
}
