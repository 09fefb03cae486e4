import { discoveryStates } from "@omoios/domain/discovery/state";
import { z } from "zod";

const at = z.iso.datetime();

/** Work an agent came upon, in its words, and what became of it. */
export const discoveryViewSchema = z
  .object({
    id: z.uuid(),
    label: z.string().describe("For example DSC-3"),
    spec: z.string(),
    foundAt: z.string().describe("The task whose agent reported it"),
    depth: z.int(),
    state: z.enum(discoveryStates),
    title: z.string(),
    description: z.string(),
    why: z.string(),
    files: z.array(z.string()),
    criterion: z.string(),
    check: z.string().nullable(),
    requirement: z.string().nullable().describe("The requirement it would add"),
    reason: z.string().nullable().describe("Why it waits for you, or why it was dismissed"),
    decidedBy: z.enum(["policy", "person"]).nullable(),
    task: z.string().nullable().describe("The task it became"),
    digest: z.string().nullable().describe("Of exactly what was accepted"),
    reports: z.int().describe("How often it was reported"),
    reportedAt: at,
    decidedAt: at.nullable(),
  })
  .meta({ id: "Discovery" });
export type DiscoveryView = z.infer<typeof discoveryViewSchema>;

export const discoveriesSchema = z.object({ items: z.array(discoveryViewSchema) });

/** Without a spec: everything that waits for a person. */
export const discoveryQuerySchema = z.strictObject({
  spec: z.string().min(1).optional().describe("All of this spec, decided or not"),
  project: z.string().min(1).optional().describe("Name, id or repository path of the project"),
});

export const acceptDiscoverySchema = z
  .strictObject({
    check: z
      .string()
      .trim()
      .min(1)
      .max(2000)
      .nullable()
      .default(null)
      .describe("A command that fails now and succeeds once it is done; needed when the agent named none"),
  })
  .meta({ id: "AcceptDiscovery" });

export const dismissDiscoverySchema = z
  .strictObject({ reason: z.string().trim().min(1).max(1000).nullable().default(null) })
  .meta({ id: "DismissDiscovery" });
