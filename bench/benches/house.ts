import { join } from "node:path";
import { type CommandResult, repositoryRoot, runCommand } from "../../scripts/command.ts";
import { type Bench, type Figure, type Findings, rounded } from "../figures.ts";
import { diskBytes, ScratchFolder } from "../scratch-folder.ts";

const megabyte = 1024 ** 2;

/** What each command ended with, and the last thing it said. */
function lastWords({ exitCode, output }: CommandResult): string {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  return exitCode === 0 ? line : `exit ${String(exitCode)}: ${line}`;
}

function stagesOf(check: CommandResult): readonly (readonly string[])[] {
  return [...check.stdout.matchAll(/^(ok|FAIL)\s+(\S+)\s+([\d.]+) s$/gmu)].map(
    ([, how = "", name = "", seconds = ""]) => [name, how, seconds],
  );
}

async function run(log: (line: string) => void): Promise<Findings> {
  await using folder = await ScratchFolder.open();
  const clone = join(folder.path, "clone");
  const cloned = await runCommand("git", ["clone", "--quiet", repositoryRoot, clone]);
  if (cloned.exitCode !== 0) throw new Error(`The repository could not be cloned:\n${cloned.output}`);
  const head = await runCommand("git", ["rev-parse", "--short", "HEAD"], clone);
  const npm = (...args: readonly string[]): Promise<CommandResult> => {
    log(`npm ${args.join(" ")}`);
    return runCommand("npm", args, clone);
  };
  // The first one fills npm's cache.
  await npm("ci");
  const install = await npm("ci");
  const installed = (await diskBytes(join(clone, "node_modules"))) / megabyte;
  const check = await npm("run", "check");
  const again = await npm("run", "check");
  const test = await npm("test");
  const figures: readonly Figure[] = [
    {
      what: "`npm ci`, warm cache",
      value: install.seconds,
      unit: "s",
      target: { atMost: 60 },
      beside: lastWords(install),
    },
    { what: "`node_modules` on the disk", value: installed, unit: "MB", target: { atMost: 950 } },
    {
      what: "`npm run check`, first time",
      value: check.seconds,
      unit: "s",
      target: { atMost: 90 },
      beside: lastWords(check),
    },
    {
      what: "`npm run check`, again",
      value: again.seconds,
      unit: "s",
      beside: `${rounded(check.seconds / again.seconds)}× faster than the first`,
    },
    { what: "`npm test`", value: test.seconds, unit: "s", beside: lastWords(test) },
  ];
  return {
    figures,
    tables: [
      {
        title: "Stages of the first `npm run check`, two at a time",
        columns: ["stage", "", "s"],
        rows: stagesOf(check),
      },
    ],
    notes: [`A fresh clone of ${head.stdout.trim()} in a temporary folder.`],
  };
}

export const houseBench: Bench = {
  name: "house",
  title: "npm ci, npm run check and npm test in a fresh clone",
  run,
};
