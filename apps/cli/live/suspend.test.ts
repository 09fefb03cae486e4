import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ContractServer, token } from "../testing/contract-server.ts";
import { provenRun, specView, storyOf } from "../testing/sample-run.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const enter = "\u001b[?1049h";
const leave = "\u001b[?1049l";
const prompt = "ready> ";

/** A terminal of its own, as `script` makes one. */
class Pty implements AsyncDisposable {
  #text = "";
  #look: () => void = () => undefined;
  readonly #child;
  readonly #ended;

  constructor(command: string, env: Readonly<Record<string, string>>) {
    const path = process.env["PATH"] ?? "/usr/bin:/bin";
    const options = { env: { ...env, PATH: path, TERM: "xterm-256color", LANG: "C.UTF-8" }, stdio: "pipe" } as const;
    this.#child = spawn("script", ["-qec", command, "/dev/null"], options);
    this.#ended = once(this.#child, "close");
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#text += text;
      this.#look();
    });
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  /** What is printed from now on up to and with `text`; it is used up. */
  async until(text: string): Promise<string> {
    while (!this.#text.includes(text)) await new Promise<void>((resolve) => (this.#look = resolve));
    const end = this.#text.indexOf(text) + text.length;
    const seen = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    this.#child.kill("SIGHUP");
    await this.#ended;
  }
}

function story() {
  const events = storyOf(provenRun);
  return ContractServer.open({ before: specView("executing"), after: specView("in_review"), events, holdAfter: 3 });
}

test("Ctrl-Z gives the terminal to the shell and fg takes it back whole; Ctrl-C then leaves a clean prompt", async () => {
  await using server = await story();
  const env = { OMOIOS_URL: server.url, OMOIOS_TOKEN: token, PS1: prompt };
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
  const env = { OMOIOS_URL: server.url, OMOIOS_TOKEN: token };
  await using pty = new Pty(`stty rows 24 cols 80; exec '${process.execPath}' '${main}' watch SPC-1`, env);
  await pty.until("q leave");
  pty.type("\u001a");
  await pty.until(leave);
  await pty.until(enter);
  await pty.until("q leave");
  pty.type("\u0003");
  await pty.until(leave);
}, 60_000);
