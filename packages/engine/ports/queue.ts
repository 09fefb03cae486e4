import type { Transaction } from "./database.ts";

/** `spec`: drive a spec as far as it goes. `attempt`: run an attempt. `wake`: a parked attempt's or a retry's time has come. */
export const queueNames = ["spec", "attempt", "wake"] as const;
export type QueueName = (typeof queueNames)[number];

export interface Job {
  /** Chosen by the sender, so that rows can name their job. */
  readonly id: string;
  /** Id of the spec, attempt or task the job is for. */
  readonly subjectId: string;
}

export interface JobToSend extends Job {
  /** Not before this time; at once when it is left out. */
  readonly startAt?: Date;
}

/** The durable queue. Delivery is at least once; a handler that throws is called again, one that returns has done its job. */
export interface JobQueue {
  /** Enqueues in the caller's transaction. */
  send(tx: Transaction, queue: QueueName, job: JobToSend): Promise<void>;
  /** Registers the one handler of a queue. `signal` aborts when the job is taken away or the queue stops. */
  work(queue: QueueName, concurrency: number, handler: (job: Job, signal: AbortSignal) => Promise<void>): Promise<void>;
  /**
   * Gives jobs that an ended process left active, or to be tried again later, back to the queue at once; returns how
   * many. Only while nobody else can be working: the embedded database's directory lock proves that.
   */
  requeueOrphans(): Promise<number>;
  start(): Promise<void>;
  /** Takes no more jobs, aborts the handlers' signals, waits for them at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}
