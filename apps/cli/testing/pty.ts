import { spawn } from "node:child_process";
import { once } from "node:events";

/** A terminal of its own, as `script` makes one; `env` says where programs are found. */
export class Pty implements AsyncDisposable {
  #text = "";
  #look: () => void = () => undefined;
  readonly #child;
  readonly #ended;

  constructor(command: string, env: Readonly<Record<string, string>>) {
    const options = { env: { ...env, TERM: "xterm-256color", LANG: "C.UTF-8" }, stdio: "pipe" } as const;
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
