import { z } from "zod";

/** `OMOIOS_HOME/server.json`: written by a server that is ready, removed when it ends; how the command line finds it. */
export const serverFileName = "server.json";
/** `OMOIOS_HOME/token`: the bearer token of this installation, created by the server, readable by its user only. */
export const tokenFileName = "token";

export const serverFileSchema = z.object({
  url: z.url().describe("Where the server answers, for example http://127.0.0.1:18000"),
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
  version: z.string(),
});
export type ServerFile = z.infer<typeof serverFileSchema>;
