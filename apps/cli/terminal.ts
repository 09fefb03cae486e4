import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { openScreen, type Screen } from "./live/screen.ts";
import { createPaint, paintOptions, type Paint, type TerminalEnvironment } from "./render/paint.ts";

/** The streams of a terminal, and what they can show. */
export interface Terminal {
  readonly paint: Paint;
  /** Colour of standard error is decided apart: one of the two may be a file. */
  readonly errorPaint: Paint;
  readonly width: number;
  readonly isInteractive: boolean;
  readonly print: (...lines: readonly string[]) => void;
  /** For people while data goes to standard output, and for errors. */
  readonly note: (...lines: readonly string[]) => void;
  /** One JSON value on a line of standard output. */
  readonly json: (value: unknown) => void;
  /** Text as it is, without a line end of its own. */
  readonly write: (text: string) => void;
  /** Asks a person for one line, which is empty when the input ends; null when nobody sits there. */
  readonly ask: ((question: string, signal: AbortSignal) => Promise<string>) | null;
  /** The whole screen, for a view that redraws itself; null when this is no terminal that can be drawn on. */
  readonly screen: Screen | null;
}

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

const widest = 80;
const narrowest = 40;

export function createTerminal({ stdin, stdout, stderr }: TerminalStreams, env: TerminalEnvironment): Terminal {
  const put = (stream: NodeJS.WriteStream, lines: readonly string[]): void => {
    if (lines.length > 0) stream.write(`${lines.join("\n")}\n`);
  };
  return {
    paint: createPaint(paintOptions(env, stdout.isTTY, process.platform)),
    errorPaint: createPaint(paintOptions(env, stderr.isTTY, process.platform)),
    width: Math.max(narrowest, Math.min(widest, stdout.isTTY ? stdout.columns : widest)),
    isInteractive: stdout.isTTY,
    print: (...lines) => put(stdout, lines),
    note: (...lines) => put(stderr, lines),
    json: (value) => put(stdout, [JSON.stringify(value)]),
    write: (text) => void stdout.write(text),
    screen: canDraw({ stdin, stdout }, env) ? openScreen({ stdin, stdout }) : null,
    ask: stdin.isTTY && stdout.isTTY ? async (question, signal) => askLine({ stdin, stdout }, question, signal) : null,
  };
}

function canDraw({ stdin, stdout }: Pick<TerminalStreams, "stdin" | "stdout">, env: TerminalEnvironment): boolean {
  return stdin.isTTY && stdout.isTTY && env["TERM"] !== undefined && env["TERM"] !== "dumb";
}

/** The line stays in the terminal's own hands (`terminal: false`), so that Ctrl-C is a signal as everywhere else. */
async function askLine(
  { stdin, stdout }: Pick<TerminalStreams, "stdin" | "stdout">,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  const lines = createInterface({ input: stdin, output: stdout, terminal: false });
  try {
    const ended = once(lines, "close").then(() => "");
    return await Promise.race([lines.question(question, { signal }), ended]);
  } finally {
    lines.close();
  }
}
