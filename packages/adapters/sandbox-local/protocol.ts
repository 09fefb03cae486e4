import { z } from "zod";

/** What the host asks of the jail's init. */
export type InitOrder =
  | {
      readonly type: "spawn";
      readonly id: number;
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly type: "stdin"; readonly id: number; readonly text: string; readonly end: boolean }
  | { readonly type: "kill"; readonly id: number; readonly signal: "SIGTERM" | "SIGKILL" | "SIGINT" }
  | { readonly type: "ack"; readonly id: number; readonly bytes: number }
  | { readonly type: "renew" }
  | { readonly type: "watch"; readonly root: string };

/** Longest line the host reads; init stays far below it (64 KiB of output, escaped at worst sixfold). */
export const maxLineBytes = 1024 * 1024;
/** Output of one program that init may have sent without an acknowledgement, and what the last chunk may add to it. */
export const outputWindowBytes = 1024 * 1024;
export const outputSlackBytes = 512 * 1024;

const id = z.int().positive();
const signalName = z.string().regex(/^SIG[A-Z0-9]{1,12}$/);

/** What init reports. Everything in the jail shares its uid, so each line is parsed as hostile input. */
export const initReportSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("started"), id }),
  z.strictObject({ type: z.literal("failed"), id, code: z.string().max(40), message: z.string().max(600) }),
  z.strictObject({ type: z.literal("output"), id, stream: z.enum(["stdout", "stderr"]), text: z.string() }),
  z.strictObject({
    type: z.literal("exit"),
    id,
    exitCode: z.int().min(0).max(255).nullable(),
    signal: signalName.nullable(),
  }),
  z.strictObject({ type: z.literal("end"), id }),
  z.strictObject({ type: z.literal("changed"), paths: z.array(z.string().min(1).max(4096)).min(1).max(200) }),
]);
export type InitReport = z.infer<typeof initReportSchema>;
