import { z } from "zod";

const fix = z.string().exactOptional();
const problem = z.object({ at: z.string(), message: z.string(), fix });

/** A domain fault as it crosses a process border. */
const faultSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("not-found"), what: z.string(), id: z.string(), fix }),
  z.object({ kind: z.literal("illegal-move"), what: z.string(), state: z.string(), move: z.string() }),
  z.object({ kind: z.literal("stale"), what: z.string(), id: z.string() }),
  z.object({ kind: z.literal("denied"), message: z.string(), fix }),
  z.object({ kind: z.literal("limit"), message: z.string(), fix }),
  z.object({ kind: z.literal("invalid"), message: z.string(), problems: z.array(problem).readonly() }),
  z.object({ kind: z.literal("unavailable"), message: z.string(), fix, retryable: z.boolean() }),
]);

/**
 * The one line a server writes to its standard output while it starts: that it is ready, or why it cannot be. Whoever
 * started it waits for this line; everything else a server says goes to standard error.
 */
export const startReportSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("ready"), url: z.url(), pid: z.int().positive().optional() }),
  z.object({ type: z.literal("fault"), fault: faultSchema }),
]);
export type StartReport = z.infer<typeof startReportSchema>;
