/** The two streams of a terminal that can be drawn on. */
interface ScreenStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** The alternate screen of a terminal and the keys pressed at it. What was on the terminal before comes back. */
export interface Screen {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Takes the terminal over; disposing gives it back, and so does the end of the process, however that comes. */
  readonly enter: (listeners: ScreenListeners) => TakenScreen;
}

/** A terminal that was taken over. */
export interface TakenScreen extends Disposable {
  /** Nothing is written while the process is in the background: the terminal is the shell's then. */
  readonly write: (text: string) => void;
}

export interface ScreenListeners {
  readonly onKey: (key: string) => void;
  /** The frame has to be drawn anew: the size changed, or the process was in the background. */
  readonly onRedraw: () => void;
}

const alternate = "\u001b[?1049h";
// No cursor, no automatic line wrap, nothing on the screen; and the way back.
const prepare = "\u001b[?25l\u001b[?7l\u001b[2J";
const giveBack = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";

export function openScreen({ stdin, stdout }: ScreenStreams): Screen {
  return {
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    enter: (listeners) => new TerminalScreen({ stdin, stdout }, listeners),
  };
}

/** When a stop that was asked for has surely come, or was refused. */
const stoppedMs = 250;

class TerminalScreen implements TakenScreen {
  readonly #streams: ScreenStreams;
  readonly #listeners: ScreenListeners;
  readonly #onData = (data: Buffer): void => this.#read(data.toString("utf8"));
  readonly #onContinue = (): void => this.#comeBack();
  readonly #onExit = (): void => this.#release();
  /** Whether the terminal is somebody else's: before the start, in the background, and afterwards. */
  #isAway = true;
  #isOver = false;

  constructor(streams: ScreenStreams, listeners: ScreenListeners) {
    this.#streams = streams;
    this.#listeners = listeners;
    const { stdin, stdout } = streams;
    stdin.on("data", this.#onData);
    stdout.on("resize", listeners.onRedraw);
    process.on("SIGCONT", this.#onContinue);
    process.once("exit", this.#onExit);
    this.#take();
  }

  [Symbol.dispose](): void {
    const { stdin, stdout } = this.#streams;
    stdin.off("data", this.#onData);
    stdout.off("resize", this.#listeners.onRedraw);
    process.off("SIGCONT", this.#onContinue);
    process.off("exit", this.#onExit);
    this.#release();
    this.#isOver = true;
    stdin.pause();
  }

  write(text: string): void {
    if (!this.#isAway) this.#streams.stdout.write(text);
  }

  #take(): void {
    const { stdin, stdout } = this.#streams;
    stdin.setRawMode(true);
    stdin.resume();
    stdout.write(this.#isAway ? `${alternate}${prepare}` : prepare);
    this.#isAway = false;
    this.#listeners.onRedraw();
  }

  #release(): void {
    if (this.#isAway) return;
    this.#isAway = true;
    const { stdin, stdout } = this.#streams;
    stdin.setRawMode(false);
    stdout.write(giveBack);
  }

  /** In raw mode the terminal sends no signals: what it would have sent is sent here. */
  #read(text: string): void {
    for (const key of keysIn(text)) {
      if (key === "ctrl-c") process.kill(process.pid, "SIGINT");
      else if (key === "ctrl-z") this.#suspend();
      else this.#listeners.onKey(key);
    }
  }

  /**
   * The whole job stops, with whatever started us; a shell waits for all of it. Timers that fell due meanwhile fire
   * before the signal of the continuation is heard: what they draw would land on the shell's lines.
   */
  #suspend(): void {
    this.#release();
    process.kill(0, "SIGTSTP");
    // The system refuses to stop a job that no shell could continue; then the view is simply back.
    setTimeout(() => this.#comeBack(), stoppedMs).unref();
  }

  #comeBack(): void {
    if (!this.#isOver) this.#take();
  }
}

const named: Readonly<Record<string, string>> = {
  "\u0003": "ctrl-c",
  "\u001a": "ctrl-z",
  "\u001b[A": "up",
  "\u001bOA": "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
};

// A control sequence, or one character.
const sequence = /\u001b(?:\[[\d;]*[ -/]*[@-~]|O.)|[\s\S]/gu;

/** The keys in what a terminal sent at once; sequences nobody listens for are one unknown key each. */
export function keysIn(text: string): readonly string[] {
  return (text.match(sequence) ?? []).map((part) => named[part] ?? part);
}
