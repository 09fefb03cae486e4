import { z } from "zod";

/** What EXPLORE gives. overview: what code could read. agent: what an agent found out in a read-only sandbox. */
export const exploreSchema = z.object({ source: z.enum(["overview", "agent"]), text: z.string() });
