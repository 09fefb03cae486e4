import { z } from "zod";

/** The last line of `--json` when a command fails. */
export const cliErrorSchema = z
  .object({
    type: z.literal("error"),
    kind: z.string().describe("A problem kind of the API, a fault kind, or bug"),
    message: z.string(),
    fixes: z.array(z.string()),
    problems: z.array(z.object({ at: z.string(), message: z.string(), fix: z.string().optional() })),
    exitCode: z.int(),
  })
  .meta({ id: "CliError" });
export type CliErrorLine = z.infer<typeof cliErrorSchema>;
