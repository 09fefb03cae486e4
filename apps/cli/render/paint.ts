/** Tones are named by meaning, as in the dashboard; `you` (a person must act) is the only filled one. */
export const tones = ["you", "live", "proof", "good", "watch", "bad", "quiet", "strong", "plain"] as const;
export type Tone = (typeof tones)[number];

const codes: Readonly<Record<Tone, string>> = {
  you: "30;43",
  live: "34",
  proof: "35",
  good: "32",
  watch: "33",
  bad: "31",
  quiet: "2",
  strong: "1",
  plain: "",
};

/** Marks before a line: the tone in a shape, so that colour never says anything alone. */
export interface Marks {
  readonly good: string;
  readonly bad: string;
  readonly you: string;
  readonly watch: string;
  readonly live: string;
  readonly proof: string;
  readonly quiet: string;
  readonly arrow: string;
}

const unicodeMarks: Marks = {
  good: "✓",
  bad: "✗",
  you: "?",
  watch: "!",
  live: "▸",
  proof: "◆",
  quiet: "·",
  arrow: "→",
};
const asciiMarks: Marks = { good: "+", bad: "x", you: "?", watch: "!", live: ">", proof: "*", quiet: "-", arrow: "->" };

/** How text gets its colour and its marks; decided once, when the program starts. */
export interface Paint {
  readonly marks: Marks;
  (tone: Tone, text: string): string;
}

export interface PaintOptions {
  readonly colour: boolean;
  readonly unicode: boolean;
}

export function createPaint({ colour, unicode }: PaintOptions): Paint {
  const paint = (tone: Tone, text: string): string =>
    colour && codes[tone] !== "" && text !== "" ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text;
  return Object.assign(paint, { marks: unicode ? unicodeMarks : asciiMarks });
}

/** The environment variables that say what a terminal can show. */
export interface TerminalEnvironment {
  readonly [name: string]: string | undefined;
}

/** NO_COLOR, FORCE_COLOR and TERM=dumb are obeyed; Unicode marks need a UTF-8 locale (Windows and macOS have one). */
export function paintOptions(env: TerminalEnvironment, isTty: boolean, platform: NodeJS.Platform): PaintOptions {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "";
  const refused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return {
    colour: !refused && (forced || isTty),
    unicode: platform === "darwin" || platform === "win32" || /utf-?8/iu.test(locale),
  };
}
