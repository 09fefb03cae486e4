/** Runs as an unprivileged user for a test: a base, a sandbox, work, a fetch, an adoption; prints what it saw as JSON. */
import { execFileSync } from "node:child_process";
import { z } from "zod";
import type { BaseRequest, SandboxRequest } from "@omoios/engine/ports/sandbox";
import type { LocalSandboxOptions } from "../local-sandbox-options.ts";
import { openLocalSandboxes } from "../provider.ts";

const given = z
  .object({ options: z.custom<LocalSandboxOptions>(), base: z.custom<BaseRequest>(), commit: z.string() })
  .parse(JSON.parse(process.argv[2] ?? "{}"));
const signal = new AbortController().signal;
const provider = await openLocalSandboxes(given.options);
const worth = await provider.probe();
const base = await provider.prepareBase(given.base, signal);
const { projectId, hubPath } = given.base;
const request: SandboxRequest = {
  id: "ordinary",
  projectId,
  hubPath,
  base,
  commit: given.commit,
  mode: "implementation",
  branch: "task/x",
  env: {},
};
const sandbox = await provider.open(request, signal);
const { stdout } = await sandbox.run({
  argv: [
    "/bin/sh",
    "-c",
    "cat a.txt; (echo x > /proc/$PPID/mem) 2>/dev/null || echo sealed; grep CapEff /proc/self/status; echo kept > k; mkdir closed; touch closed/f; chmod 000 closed",
  ],
  timeoutMs: 10_000,
});
await sandbox.run({ argv: ["/bin/chmod", "700", "closed"], timeoutMs: 10_000 });
const made = await sandbox.commit({ message: "m", authorName: "A", authorEmail: "a@example.invalid", at: new Date(0) });
await sandbox.run({ argv: ["/bin/chmod", "000", "closed"], timeoutMs: 10_000 });
await sandbox.close();
const pack = await sandbox.uploadPack();
const env = { PATH: "/usr/bin:/bin", HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };
execFileSync(
  "git",
  [
    "--git-dir",
    hubPath,
    "fetch",
    "-q",
    `--upload-pack=${pack.command}`,
    pack.path,
    "+refs/heads/task/x:refs/sandbox/x",
  ],
  { env, cwd: "/" },
);
const tip = execFileSync("git", ["--git-dir", hubPath, "rev-parse", "refs/sandbox/x"], {
  env,
  encoding: "utf8",
}).trim();
const again = await provider.open(request, signal);
const kept = await again.run({ argv: ["/bin/cat", "k"], timeoutMs: 10_000 });
await again[Symbol.asyncDispose]();
const left = await provider.list();
process.stdout.write(
  JSON.stringify({
    isolation: worth.isolation,
    layering: worth.layering,
    said: stdout,
    created: made.created,
    fetched: tip === made.tip,
    adopted: kept.stdout,
    left,
  }),
);
