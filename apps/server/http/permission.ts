import type { FastifyInstance } from "fastify";

/**
 * Who may call a route. `open`: anybody who reaches the port. `read`: look at things. `run`: request, approve, cancel and
 * retry work. `operate`: the server itself. Whoever has the token has all of them until there are accounts.
 */
export const permissions = ["open", "read", "run", "operate"] as const;
export type Permission = (typeof permissions)[number];

declare module "fastify" {
  interface FastifyContextConfig {
    permission?: Permission;
  }
}

/** Makes a route without a permission impossible: registering it throws. */
export function refuseUndeclaredRoutes(api: FastifyInstance): void {
  api.addHook("onRoute", (route) => {
    if (route.config?.permission !== undefined) return;
    throw new Error(`The route ${String(route.method)} ${route.url} declares no permission: add config.permission`);
  });
}

/** Gives the routes that a plugin registers below `prefix` a permission, since the plugin does not declare one. */
export function permitPluginRoutes(api: FastifyInstance, prefix: string, permission: Permission): void {
  api.addHook("onRoute", (route) => {
    const below = route.url === prefix || route.url.startsWith(`${prefix}/`);
    if (below && route.config?.permission === undefined) route.config = { ...route.config, permission };
  });
}
