import { FaultError } from "@omoios/domain/shared/fault";

/** Runs a program that prints one JSON line: its result, or the fault it ended with. */
export async function runAdminProgram(body: () => Promise<unknown>): Promise<void> {
  try {
    process.stdout.write(`${JSON.stringify(await body())}\n`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    process.stdout.write(`${JSON.stringify({ type: "fault", fault: error.fault })}\n`);
    process.exitCode = 2;
  }
}
