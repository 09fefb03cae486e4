import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Pty } from "../../apps/cli/testing/pty.ts";
import { claim, goodGreeting, greetScenario } from "./testing/greet-scenario.ts";
import { createRepository, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

const PATH = process.env["PATH"] ?? "/usr/bin:/bin";
const main = fileURLToPath(new URL("../../apps/cli/main.ts", import.meta.url));
let scratch: Scratch;

beforeAll(async () => {
  scratch = await Scratch.create();
});
afterAll(() => scratch[Symbol.asyncDispose]());

test("at a terminal: what its agent asks stands on top, m answers it, and the run is watched to its end", async () => {
  const home = scratch.at("home");
  await using server = await ServerProcess.start({ home });
  const ask = { question: "Formal or not?", proposal: null };
  const scenario = greetScenario({ attempts: [[{ ask }, goodGreeting, claim]] });
  const { id } = await server.request(await createRepository(scratch), scenario);
  await server.until((event) => event.type === "task.moved" && event.payload.blockedReason === "question");

  const env = { PATH, OMOIOS_HOME: home, NO_COLOR: "1" };
  await using pty = new Pty(`stty rows 24 cols 80; exec '${process.execPath}' '${main}' watch SPC-1`, env);
  await pty.until("asks: Formal or not?");
  pty.type("m");
  await pty.until("To its agent");
  pty.type("No need\n");
  await pty.until("Answered; its agent goes on");
  await server.untilOver(id);
  await pty.until("In review");
  expect((await server.spec(id)).status).toBe("in_review");
  const told = (await server.events()).flatMap((event) =>
    event.type === "message.sent" && event.payload.from === "person" ? [event.payload.text] : [],
  );
  expect(told).toEqual(["No need"]);
  pty.type("q");
  await pty.until("\u001b[?1049l");
}, 120_000);
