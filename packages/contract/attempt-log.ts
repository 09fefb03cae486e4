import { z } from "zod";

/** Who wrote a record: the agent's program, set-up, a check, or OmoiOS itself. */
const logSources = ["agent", "check", "system"] as const;

/** One coalesced piece of what an attempt printed. Kept outside the event table, addressed by byte offset. */
export const logRecordSchema = z.object({
  at: z.iso.datetime(),
  source: z.enum(logSources),
  stream: z.enum(["stdout", "stderr"]).nullable(),
  text: z.string(),
});
export type LogRecord = z.infer<typeof logRecordSchema>;

/** A page of the log; `next` is the offset to ask for next, whether or not the log has ended. */
export const logPageSchema = z.object({ records: z.array(logRecordSchema), next: z.int(), ended: z.boolean() });
export type LogPage = z.infer<typeof logPageSchema>;
