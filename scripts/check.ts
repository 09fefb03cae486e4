import { type CommandResult, installedProgram, runCommand } from "./command.ts";

/** One independent part of the gate. */
interface Stage {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const script = (name: string, path: string): Stage => ({ name, program: process.execPath, args: [path] });
const tool = (name: string, program: string, ...args: readonly string[]): Stage => ({
  name,
  program: installedProgram(program),
  args,
});

/** Longest first, so that the last one to start is a short one. */
const stages: readonly Stage[] = [
  tool("coverage", "vitest", "run", "--project=unit", "--coverage", "packages/domain"),
  tool("types", "tsc", "--project", "tsconfig.json", "--pretty"),
  tool("types-dashboard", "tsc", "--project", "apps/dashboard/tsconfig.json", "--pretty"),
  tool("dead-code", "knip", "--no-progress"),
  tool("format", "prettier", "--check", "--log-level=warn", "--cache", "."),
  tool("lint", "oxlint"),
  script("boundaries", "scripts/check-boundaries.ts"),
  script("house-rules", "scripts/check-house-rules.ts"),
  script("drift", "scripts/check-drift.ts"),
];

/** Two at a time: the machines this runs on have two cores, and most of these tools use more than one thread. */
const atOnce = 2;

function choose(names: readonly string[]): readonly Stage[] {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`no such stage: ${unknown.join(", ")}; there are ${stages.map(({ name }) => name).join(", ")}`);
  return names.length === 0 ? stages : stages.filter(({ name }) => names.includes(name));
}

async function runAll(chosen: readonly Stage[]): Promise<ReadonlyMap<Stage, CommandResult>> {
  const results = new Map<Stage, CommandResult>();
  const waiting = [...chosen];
  const lane = async (): Promise<void> => {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) {
      const result = await runCommand(stage.program, stage.args);
      results.set(stage, result);
      console.log(
        `${result.exitCode === 0 ? "ok  " : "FAIL"} ${stage.name.padEnd(15)} ${result.seconds.toFixed(1).padStart(5)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

const startedAt = performance.now();
const results = await runAll(choose(process.argv.slice(2)));
const failed = [...results].filter(([, { exitCode }]) => exitCode !== 0);
for (const [{ name }, { output }] of failed)
  console.log(`\n── ${name} ${"─".repeat(70 - name.length)}\n${output.trimEnd()}`);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(`\ncheck: ${results.size - failed.length} of ${results.size} stages ok in ${seconds} s`);
if (failed.length > 0) {
  const names = failed.map(([{ name }]) => name).join(" ");
  console.log(
    `again: npm run check -- ${names}${/format|lint/u.test(names) ? "   (npm run fix mends formatting and some lint)" : ""}`,
  );
  process.exitCode = 1;
}
