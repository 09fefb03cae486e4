/** A host process of its own for a test: opens a sandbox, starts work in it, and waits to be killed. */
import { z } from "zod";
import type { SandboxRequest } from "@omoios/engine/ports/sandbox";
import type { LocalSandboxOptions } from "../local-sandbox-options.ts";
import { openLocalSandboxes } from "../provider.ts";

const { options, request } = z
  .object({ options: z.custom<LocalSandboxOptions>(), request: z.custom<SandboxRequest>() })
  .parse(JSON.parse(process.argv[2] ?? "{}"));
const provider = await openLocalSandboxes(options);
const sandbox = await provider.open(request, new AbortController().signal);
const program = await sandbox.spawn({
  argv: [
    "/bin/sh",
    "-c",
    "echo here > by-the-first.txt; readlink /proc/self/fd/* > open.txt; (setsid nohup sleep 54321 &); echo up; trap '' TERM HUP; sleep 54321",
  ],
});
for await (const chunk of program.output) if (chunk.text.includes("up")) break;
process.stdout.write("working\n");
await program.exited;
