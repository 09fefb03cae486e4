import { proofKinds } from "@omoios/domain/spec/plan-shape";
import { z } from "zod";

const ids = z.array(z.string());

/** What SYNC says about a plan; computed from it, never claimed. */
export const syncSchema = z.object({
  coverage: z.array(
    z.object({
      requirement: z.string(),
      priority: z.enum(["must", "should"]),
      criteria: z.array(
        z.object({ id: z.string(), proof: z.enum(proofKinds), checks: z.int(), task: z.string().nullable() }),
      ),
    }),
  ),
  criticalPath: ids.describe("The longest chain of tasks: no schedule is shorter"),
  width: z.int().describe("Tasks that can be under way at once at most"),
  overlaps: z
    .array(z.object({ task: z.string(), needs: z.string(), files: z.tuple([z.string(), z.string()]) }))
    .describe("Tasks that wait for each other only because they declare the same files"),
  counts: z.object({ requirements: z.int(), criteria: z.int(), checks: z.int(), tasks: z.int() }),
  ready: z.boolean(),
  blockers: ids,
});

/** What COMPLETE seals: the digest over everything before it. */
export const sealSchema = z.object({ digest: z.string() });
