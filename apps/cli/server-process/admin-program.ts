import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startReportSchema } from "@omoios/contract/start-report";
import { FaultError } from "@omoios/domain/shared/fault";
import type { z } from "zod";
import type { CliEnvironment } from "../client/place.ts";

/** Programs that look at the machine and the state folder themselves, and so need no running server. */
export type AdminProgram = "doctor" | "config-print" | "agent-install" | "agent-list" | "agent-remove";

export interface AdminOptions<Value> {
  readonly program: AdminProgram;
  readonly args: readonly string[];
  readonly env: CliEnvironment;
  readonly schema: z.ZodType<Value>;
}

const longestOutput = 16_000_000;

/** Runs one of them and reads its answer: one JSON document on standard output, or a fault as a start-up reports it. */
export async function runAdmin<Value>({ program, args, env, schema }: AdminOptions<Value>): Promise<Value> {
  const path = fileURLToPath(new URL(`../../server/admin/${program}.ts`, import.meta.url));
  const { stdout, stderr } = await run([path, ...args], env);
  const document = parseJson(stdout);
  const fault = startReportSchema.safeParse(document);
  if (fault.success && fault.data.type === "fault") throw new FaultError(fault.data.fault);
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new Error(
    `apps/server/admin/${program}.ts gave no answer that can be read: ${stderr.trim() || stdout.slice(0, 500)}`,
    { cause: parsed.error },
  );
}

async function run(
  args: readonly string[],
  env: CliEnvironment,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    // Its exit code says what its document says in detail, so only the document counts.
    execFile(process.execPath, args, { env, maxBuffer: longestOutput, windowsHide: true }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
