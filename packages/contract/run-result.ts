import { phases, specStatuses } from "@omoios/domain/spec/state";
import { taskStatuses } from "@omoios/domain/task/state";
import { z } from "zod";

/** The last line of `--json`: how the run of a spec stands when the command ends. */
export const runResultSchema = z
  .object({
    type: z.literal("result"),
    spec: z.object({
      id: z.string().describe("Label, for example SPC-7"),
      status: z.enum(specStatuses),
      phase: z.enum(phases),
    }),
    pullRequest: z.object({ branch: z.string(), base: z.string(), url: z.string() }).nullable(),
    criteria: z.array(
      z.object({
        id: z.string().describe("Label, for example REQ-1.1"),
        met: z.boolean(),
        evidence: z.array(z.string()).describe("Ids of the evidence that counts"),
      }),
    ),
    tasks: z.array(
      z.object({
        id: z.string().describe("Label, for example TSK-001"),
        status: z.enum(taskStatuses),
        attempts: z.int(),
      }),
    ),
    usage: z.object({ tokens: z.int(), usd: z.number().nullable().describe("Null when a model has no known price") }),
  })
  .meta({ id: "RunResult" });
export type RunResult = z.infer<typeof runResultSchema>;
