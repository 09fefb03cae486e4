import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { pagePaths } from "@omoios/contract/pages";
import type { FastifyReply } from "fastify";
import type { Api } from "./api.ts";

/** Where files lie whose name holds their digest. */
export const assetsPath = "/assets";
/** Runs before the first paint, so that it cannot be part of the bundle. */
const themePath = "/theme.js";

/** The dashboard: its files, and its document at every address that is one of its pages. All of it is open: it holds nothing. */
export async function addDashboardRoutes(api: Api, folder: string): Promise<void> {
  const open = { config: { permission: "open" }, schema: { hide: true } } as const;
  await api.register(fastifyStatic, {
    root: join(folder, "assets"),
    prefix: `${assetsPath}/`,
    immutable: true,
    maxAge: "365d",
    index: false,
  });
  api.get(themePath, open, (_request, reply) => sendFresh(reply, "theme.js", folder));
  for (const path of Object.values(pagePaths)) api.get(path, open, (_request, reply) => sendDashboard(reply, folder));
}

/** The document every page of the dashboard begins with; the browser asks for it each time and gets what is new. */
export function sendDashboard(reply: FastifyReply, folder: string): FastifyReply {
  return sendFresh(reply, "index.html", folder);
}

function sendFresh(reply: FastifyReply, name: string, folder: string): FastifyReply {
  return reply.header("cache-control", "no-cache").sendFile(name, folder, { cacheControl: false });
}
