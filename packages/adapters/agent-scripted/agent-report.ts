import { z } from "zod";

const maxTextChars = 1024 * 1024;
const text = z.string().max(maxTextChars);

/** A line of the program in the jail. It comes from inside, so it is a claim and its sizes are bounded. */
const agentReportSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("step"), index: z.int().min(0) }),
  z.object({ type: z.literal("text"), text }),
  z.object({ type: z.literal("output"), stream: z.enum(["stdout", "stderr"]), text }),
  z.object({ type: z.literal("submitted"), summary: z.string().transform((summary) => summary.slice(0, 20_000)) }),
  z.object({ type: z.literal("failed"), message: z.string().transform((message) => message.slice(0, 4000)) }),
]);
export type AgentReport = z.infer<typeof agentReportSchema>;

/** What a line says; one that is not of the protocol is just text the agent printed. */
export function readReport(line: string): AgentReport {
  try {
    const report = agentReportSchema.safeParse(JSON.parse(line));
    if (report.success) return report.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { type: "text", text: `${line}\n` };
}

/** Cuts a stream of text into lines, none longer than the limit: the rest of a longer one comes as lines of its own. */
export class LineCutter {
  readonly #maxChars: number;
  #rest = "";

  constructor(maxChars = 2 * maxTextChars) {
    this.#maxChars = maxChars;
  }

  *add(piece: string): Generator<string> {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) yield* this.#bounded(line);
    while (this.#rest.length > this.#maxChars) {
      yield this.#rest.slice(0, this.#maxChars);
      this.#rest = this.#rest.slice(this.#maxChars);
    }
  }

  /** What came after the last line break. */
  *end(): Generator<string> {
    if (this.#rest !== "") yield this.#rest;
    this.#rest = "";
  }

  *#bounded(line: string): Generator<string> {
    for (let at = 0; at < line.length || at === 0; at += this.#maxChars) yield line.slice(at, at + this.#maxChars);
  }
}
