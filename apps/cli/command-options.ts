import { budgetSchema, type Budget } from "@omoios/contract/http-budget";
import { Command, InvalidArgumentError, Option } from "commander";
import type { PlaceFlags } from "./client/place.ts";

/** The flags of commands that read or change something of a project. */
export interface CommonFlags extends PlaceFlags {
  readonly project?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Shown in the help of a command: the line to type, and what it does. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** A line longer than this has its explanation below it instead of beside it. */
const longestAligned = 44;

/** A command with its summary and examples; nobody learns a command from its options alone. */
export function createCommand(name: string, summary: string, examples: readonly Example[]): Command {
  const short = examples.map(({ line }) => line.length).filter((length) => length <= longestAligned);
  const size = Math.max(0, ...short);
  const lines = examples.map(({ line, does }) =>
    line.length <= size ? `  ${line.padEnd(size)}  ${does}`.trimEnd() : `  ${line}\n  ${" ".repeat(size)}  ${does}`,
  );
  const command = new Command(name).description(summary).helpOption("-h, --help", "Show this help");
  return lines.length === 0 ? command : command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** `--home` and `--url`: which OmoiOS. */
export function withPlace(command: Command): Command {
  return command
    .option("--home <folder>", "State folder (default: OMOIOS_HOME, else ~/.omoios; /var/lib/omoios for root)")
    .option("--url <url>", "A server elsewhere (default: OMOIOS_URL, else the one of the home)");
}

/** `--project`: which project a label such as SPC-7 belongs to. */
function withProject(command: Command): Command {
  return command.option("--project <project>", "Name, id or repository of the project, when several have the label");
}

export function withJson(command: Command, what: string): Command {
  return command.option("--json", what);
}

/** Options of a command that prints one thing of a project. */
export function withCommon(command: Command, json: string): Command {
  return withPlace(withProject(withJson(command, json)));
}

/** `--lines`: for who wants a log even at a terminal. */
export function linesOption(): Option {
  return new Option("--lines", "Print a line per event, as into a pipe, in place of the live view");
}

/** An option whose value is a whole number in a range. */
export function numberOption(
  flags: string,
  about: string,
  range: { readonly min: number; readonly max: number },
): Option {
  return new Option(flags, about).argParser((text: string) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= range.min && value <= range.max && text.trim() !== "") return value;
    throw new InvalidArgumentError(`Write a whole number from ${range.min} to ${range.max}.`);
  });
}

/** An option that caps money or tokens: `5`, `$5`, `2.50usd`, `2000000tokens`, or `none`. */
export function budgetOption(flags: string, about: string): Option {
  return new Option(flags, about).argParser((text: string): Budget => parseBudget(text));
}

export function parseBudget(text: string): Budget {
  const plain = text.trim().toLowerCase().replaceAll(/[_,]/gu, "");
  if (plain === "none") return { usd: null, tokens: null };
  const tokens = /^(\d+) ?tokens?$/u.exec(plain)?.[1];
  if (tokens !== undefined) return checked({ usd: null, tokens: Number(tokens) });
  const usd = /^\$?(\d+(?:\.\d+)?) ?(?:usd)?$/u.exec(plain)?.[1];
  if (usd !== undefined) return checked({ usd: Number(usd), tokens: null });
  throw new InvalidArgumentError("Write dollars (5 or 2.50), tokens (2000000tokens), or none.");
}

function checked(budget: Budget): Budget {
  const parsed = budgetSchema.safeParse(budget);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues.map((issue) => issue.message).join("; "));
}
