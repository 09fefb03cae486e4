import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../ports/database.ts";
import type { Job, JobQueue, JobToSend } from "../ports/queue.ts";

export interface JobQueueSubject {
  readonly database: Database;
  /** Another instance over the same database, not started. */
  open(onError: (error: Error) => void): JobQueue;
}

/** Long enough for a handler that obeys its signal; none of these tests waits for it. */
const stopMs = 10_000;

/** What every durable queue has to do. */
export function describeJobQueue(subject: () => JobQueueSubject): void {
  describe("job queue", () => {
    let errors: Error[];
    let opened: JobQueue[];

    const started = async (): Promise<JobQueue> => {
      const queue = subject().open((error) => errors.push(error));
      opened.push(queue);
      await queue.start();
      return queue;
    };
    const send = (queue: JobQueue, job: JobToSend): Promise<void> =>
      subject().database.transaction((tx) => queue.send(tx, "attempt", job));

    beforeEach(() => {
      errors = [];
      opened = [];
    });
    afterEach(async () => {
      for (const queue of opened) await queue.stop(stopMs);
    });

    test("delivers a job after its transaction has committed, with its id and subject", async () => {
      const queue = await started();
      const delivered = new Deliveries();
      await queue.work("attempt", 1, async (job) => delivered.add(job));
      const job = newJob();
      await send(queue, job);
      expect(await delivered.next()).toEqual(job);
    });

    test("keeps no job of a transaction that is rolled back", async () => {
      const queue = await started();
      const [lost, kept] = [newJob(), newJob()];
      const sending = subject().database.transaction(async (tx) => {
        await queue.send(tx, "attempt", lost);
        throw new Error("changed my mind");
      });
      await expect(sending).rejects.toThrow("changed my mind");
      await send(queue, kept);
      const delivered = new Deliveries();
      await queue.work("attempt", 1, async (job) => delivered.add(job));
      expect(await delivered.next()).toEqual(kept);
      expect(delivered.all).toEqual([kept]);
    });

    test("holds a job back until its time", async () => {
      const queue = await started();
      const [tomorrow, due] = [newJob(), newJob()];
      await send(queue, { ...tomorrow, startAt: new Date(Date.now() + 86_400_000) });
      await send(queue, { ...due, startAt: new Date(Date.now() - 1_000) });
      const delivered = new Deliveries();
      await queue.work("attempt", 1, async (job) => delivered.add(job));
      expect(await delivered.next()).toEqual(due);
      expect(delivered.all).toEqual([due]);
    });

    test("refuses an id that is in use, and the transaction with it", async () => {
      const queue = await started();
      const job = newJob();
      await send(queue, job);
      await expect(send(queue, { ...newJob(), id: job.id })).rejects.toThrow();
      const delivered = new Deliveries();
      await queue.work("attempt", 1, async (job_) => delivered.add(job_));
      expect(await delivered.next()).toEqual(job);
    });

    test("keeps the queues apart", async () => {
      const queue = await started();
      const [wake, spec] = [newJob(), newJob()];
      await subject().database.transaction(async (tx) => {
        await queue.send(tx, "wake", wake);
        await queue.send(tx, "spec", spec);
      });
      const [woken, driven] = [new Deliveries(), new Deliveries()];
      await queue.work("wake", 1, async (job) => woken.add(job));
      await queue.work("spec", 1, async (job) => driven.add(job));
      expect(await woken.next()).toEqual(wake);
      expect(await driven.next()).toEqual(spec);
    });

    test("runs as many jobs at once as asked for", async () => {
      const queue = await started();
      const jobs = [newJob(), newJob(), newJob()];
      for (const job of jobs) await send(queue, job);
      const delivered = new Deliveries();
      const allThere = Promise.withResolvers<void>();
      await queue.work("attempt", 3, async (job) => {
        delivered.add(job);
        if (delivered.all.length === 3) allThere.resolve();
        await allThere.promise;
      });
      await allThere.promise;
      expect(delivered.all.map((job) => job.id).toSorted()).toEqual(jobs.map((job) => job.id).toSorted());
    });

    test("calls a handler that threw again, and reports why", async () => {
      const queue = await started();
      const delivered = new Deliveries();
      await queue.work("attempt", 1, async (job) => {
        delivered.add(job);
        if (delivered.all.length === 1) throw new Error("the network was down");
      });
      const job = newJob();
      await send(queue, job);
      expect(await delivered.next()).toEqual(job);
      expect(await delivered.next()).toEqual(job);
      expect(errors.map((error) => error.cause)).toEqual([new Error("the network was down")]);
    });

    test("stopping aborts the handlers, waits for them and gives their jobs to the next start at once", async () => {
      const first = await started();
      const entered = Promise.withResolvers<void>();
      let left = false;
      await first.work("attempt", 1, async (_job, signal) => {
        entered.resolve();
        await aborted(signal);
        left = true;
        throw signal.reason;
      });
      const job = newJob();
      await send(first, job);
      await entered.promise;
      await first.stop(stopMs);
      expect(left).toBe(true);
      expect(errors).toEqual([]);

      const second = await started();
      expect(await second.requeueOrphans()).toBe(1);
      const delivered = new Deliveries();
      await second.work("attempt", 1, async (job_) => delivered.add(job_));
      expect(await delivered.next()).toEqual(job);
    });

    test("gives orphans back at once: every active job of every queue, and no other", async () => {
      const queue = await started();
      const [stuck, waiting] = [newJob(), newJob()];
      const delivered = new Deliveries();
      const forgotten = Promise.withResolvers<void>();
      await queue.work("attempt", 2, async (job) => {
        delivered.add(job);
        if (delivered.all.length === 1) await forgotten.promise;
      });
      await send(queue, stuck);
      await send(queue, { ...waiting, startAt: new Date(Date.now() + 86_400_000) });
      expect(await delivered.next()).toEqual(stuck);
      expect(await queue.requeueOrphans()).toBe(1);
      expect(await delivered.next()).toEqual(stuck);
      forgotten.resolve();
    });
  });
}

function newJob(): Job {
  return { id: randomUUID(), subjectId: randomUUID() };
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

/** Jobs as handlers saw them, awaited one after the other. */
class Deliveries {
  readonly all: Job[] = [];
  #read = 0;
  #arrived = Promise.withResolvers<void>();

  add(job: Job): void {
    this.all.push(job);
    this.#arrived.resolve();
  }

  async next(): Promise<Job | undefined> {
    while (this.#read >= this.all.length) {
      await this.#arrived.promise;
      this.#arrived = Promise.withResolvers<void>();
    }
    return this.all[this.#read++];
  }
}
