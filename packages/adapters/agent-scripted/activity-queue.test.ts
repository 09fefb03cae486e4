import type { AgentActivity } from "@omoios/engine/ports/agent-runtime";
import { expect, test } from "vitest";
import { ActivityQueue } from "./activity-queue.ts";

const said = (text: string): AgentActivity => ({ stream: "stdout", text });

/** Whether a promise is settled once everything that could run has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test("hands on what is pushed, in order, until the end", async () => {
  const queue = new ActivityQueue(100);
  for (const text of ["a", "", "b"]) await queue.push(said(text));
  queue.end();
  const texts: string[] = [];
  for await (const { text } of queue) texts.push(text);
  expect(texts).toEqual(["a", "b"]);
});

test("a full queue holds the reader up until the follower takes something", async () => {
  const queue = new ActivityQueue(3);
  const pushed = queue.push(said("four"));
  expect(await isSettled(pushed)).toBe(false);
  expect(await queue[Symbol.asyncIterator]().next()).toEqual({ done: false, value: said("four") });
  expect(await isSettled(pushed)).toBe(true);
});

test("a follower that leaves is not waited for, and neither is one after a release", async () => {
  const left = new ActivityQueue(3);
  const pushed = left.push(said("four"));
  for await (const _ of left) break;
  expect(await isSettled(pushed)).toBe(true);
  expect(await isSettled(left.push(said("again and again")))).toBe(true);
  const released = new ActivityQueue(3);
  const waiting = released.push(said("four"));
  released.release();
  expect(await isSettled(waiting)).toBe(true);
});
