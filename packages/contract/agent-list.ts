import { z } from "zod";

/** An agent that can be installed, and whether it is. One JSON line of `omoios agent list --json`. */
export const agentListSchema = z.object({
  agents: z.array(
    z.object({
      id: z.string(),
      installed: z.boolean(),
      version: z.string().describe("What is, or would be, installed"),
      folder: z.string(),
      licence: z.string(),
    }),
  ),
});
export type AgentList = z.infer<typeof agentListSchema>;
