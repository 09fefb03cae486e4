import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ContractServer, token } from "../testing/contract-server.ts";
import { Pty } from "../testing/pty.ts";
import { provenRun, specView, storyOf } from "../testing/sample-run.ts";

const PATH = process.env["PATH"] ?? "/usr/bin:/bin";
const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const enter = "\u001b[?1049h";
const leave = "\u001b[?1049l";
const prompt = "ready> ";

function story() {
  const events = storyOf(provenRun);
  return ContractServer.open({ before: specView("executing"), after: specView("in_review"), events, holdAfter: 3 });
}

test("Ctrl-Z gives the terminal to the shell and fg takes it back whole; Ctrl-C then leaves a clean prompt", async () => {
  await using server = await story();
  const env = { PATH, OMOIOS_URL: server.url, OMOIOS_TOKEN: token, PS1: prompt };
  await using pty = new Pty("bash --norc --noprofile -i", env);
  await pty.until(prompt);
  pty.type(`stty rows 24 cols 80; '${process.execPath}' '${main}' watch SPC-1\n`);
  await pty.until(enter);
  await pty.until("q leave");
  pty.type("\u001a");
  await pty.until(leave);
  await pty.until("Stopped");
  await pty.until(prompt);
  // Longer than a tick of the view, so that one is due when it goes on.
  pty.type("sleep 1.3; fg\n");
  const shells = await pty.until(enter);
  expect(shells).not.toContain("\u001b[?2026h");
  await pty.until("q leave");
  pty.type("\u0003");
  await pty.until(leave);
  expect(await pty.until(prompt)).not.toContain("\u001b[?2026h");
  pty.type("exit\n");
}, 60_000);

test("Ctrl-Z where no shell could continue it changes nothing", async () => {
  await using server = await story();
  const env = { PATH, OMOIOS_URL: server.url, OMOIOS_TOKEN: token };
  await using pty = new Pty(`stty rows 24 cols 80; exec '${process.execPath}' '${main}' watch SPC-1`, env);
  await pty.until("q leave");
  pty.type("\u001a");
  await pty.until(leave);
  await pty.until(enter);
  await pty.until("q leave");
  pty.type("\u0003");
  await pty.until(leave);
}, 60_000);
