import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDashboard } from "./build-dashboard.ts";
import { buildJailPrograms } from "./build-jail-programs.ts";
import { installedProgram, repositoryRoot, runCommand, runVisibly } from "./command.ts";
import { installMissing, testPrerequisites, type Missing } from "./prerequisites.ts";
import { lastLine, settle, type TestSummary, unlistedSkips } from "./test-summary.ts";

/** A test file that cannot run on this machine. */
interface Barred {
  readonly folder: string;
  readonly because: Missing;
}

const allowedSkips = "tests/allowed-skips.txt";

/** Node reads the configuration itself; the bundler would write into node_modules first. */
const configuration = "--configLoader=native";

/** Names of the tests in barred folders, found by loading the files without running anything. */
async function namesOf(barred: readonly Barred[], args: readonly string[]): Promise<readonly string[]> {
  if (barred.length === 0) return [];
  const { stdout, output, exitCode } = await runCommand(installedProgram("vitest"), [
    "list",
    "--json",
    configuration,
    ...args,
  ]);
  if (exitCode !== 0) throw new Error(`the tests could not be listed:\n${output}`);
  const listed = JSON.parse(stdout) as readonly { readonly name: string; readonly file: string }[];
  return listed.flatMap(({ name, file }) => {
    const path = file.slice(repositoryRoot.length + 1);
    const reason = barred.find(({ folder }) => path.startsWith(folder))?.because;
    return reason === undefined ? [] : [`${path} > ${name}`];
  });
}

async function runVitest(args: readonly string[], barred: readonly Barred[]): Promise<TestSummary> {
  const folder = await mkdtemp(join(tmpdir(), "omoios-test-"));
  const target = join(folder, "summary.json");
  const reporters = ["--reporter=default", "--reporter=./scripts/summary-reporter.ts"];
  const excluded = barred.map(({ folder: path }) => `${path}**`).join(",");
  try {
    const program = installedProgram("vitest");
    const environment = { ...process.env, OMOIOS_TEST_SUMMARY: target, OMOIOS_TEST_EXCLUDE: excluded };
    const exitCode = await runVisibly(program, ["run", configuration, ...reporters, ...args], environment);
    const reported = existsSync(target) ? (JSON.parse(await readFile(target, "utf8")) as TestSummary) : undefined;
    return settle(reported, exitCode);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function refuseUnlistedSkips(summary: TestSummary): Promise<TestSummary> {
  if (process.env["CI"] !== "true") return summary;
  const refused = unlistedSkips(summary.skipped, await readFile(join(repositoryRoot, allowedSkips), "utf8"));
  for (const name of refused) console.log(`not on ${allowedSkips}, so this skip is a failure here: ${name}`);
  return { ...summary, failed: summary.failed + refused.length };
}

async function run(args: readonly string[]): Promise<TestSummary> {
  const missing = await installMissing(console.log, testPrerequisites);
  for (const { reason, fix } of missing) console.log(`${reason}\n    fix: ${fix}`);
  const built = await buildJailPrograms();
  if (built.length > 0) console.log(`built ${built.length} in-jail programs`);
  await buildDashboard(console.log);

  const barred = missing.flatMap((because) =>
    because.prerequisite.neededBy.map((folder): Barred => ({ folder, because })),
  );
  const unable = await namesOf(barred, args);
  const summary = await runVitest(args, barred);

  // With a name filter, everything it does not match is reported as skipped; only what the machine cannot do is news.
  const filtered = args.some((argument) => argument.startsWith("-t") || argument.startsWith("--testNamePattern"));
  const skipped = [...(filtered ? [] : summary.skipped), ...unable];
  for (const name of skipped) console.log(`skipped: ${name}`);
  for (const { reason, fix } of missing) console.log(`skipped because ${reason}\n    fix: ${fix}`);
  return await refuseUnlistedSkips({ ...summary, skipped });
}

let summary: TestSummary = { passed: 0, failed: 1, skipped: [] };
try {
  summary = await run(process.argv.slice(2));
} catch (error) {
  console.error(error);
}
console.log(lastLine(summary));
process.exitCode = summary.failed > 0 ? 1 : 0;
