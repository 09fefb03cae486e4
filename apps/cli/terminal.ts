import { createPaint, paintOptions, type Paint, type TerminalEnvironment } from "./render/paint.ts";

/** The two streams of a terminal, and what they can show. */
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
}

export interface TerminalStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

const widest = 80;
const narrowest = 40;

export function createTerminal({ stdout, stderr }: TerminalStreams, env: TerminalEnvironment): Terminal {
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
  };
}
