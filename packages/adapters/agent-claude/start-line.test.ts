import { expect, test } from "vitest";
import { StartLine } from "./start-line.ts";

const never = new AbortController().signal;

test("as many start as may, the others in the order they came", async () => {
  const line = new StartLine(2);
  const started: string[] = [];
  const start = async (name: string): Promise<() => void> => {
    const giveOn = await line.take(never);
    started.push(name);
    return giveOn;
  };
  const [first, , third, fourth] = [start("a"), start("b"), start("c"), start("d")];
  const giveOn = await first;
  expect(started).toEqual(["a", "b"]);
  giveOn();
  giveOn();
  (await third)();
  await fourth;
  expect(started).toEqual(["a", "b", "c", "d"]);
});

test("one that is called off while it waits leaves its place to the next", async () => {
  const line = new StartLine(1);
  const giveOn = await line.take(never);
  const calledOff = new AbortController();
  const second = line.take(calledOff.signal);
  const third = line.take(never);
  calledOff.abort(new Error("cancelled"));
  await expect(second).rejects.toThrow("cancelled");
  giveOn();
  await expect(third).resolves.toBeTypeOf("function");
  await expect(line.take(calledOff.signal)).rejects.toThrow("cancelled");
});
