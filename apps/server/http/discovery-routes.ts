import { apiPaths, projectQuerySchema, referenceSchema } from "@omoios/contract/http";
import {
  acceptDiscoverySchema,
  discoveriesSchema,
  discoveryQuerySchema,
  discoveryViewSchema,
  dismissDiscoverySchema,
} from "@omoios/contract/http-discovery";
import { discoveryView } from "@omoios/engine/queries/discovery-view";
import { findDiscovery, findSpec } from "@omoios/engine/queries/references";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

/** Work agents came upon: the inbox, and a person's yes or no. */
export function addDiscoveryRoutes(api: Api, parts: ApiParts): void {
  const { reads, commands } = parts;
  const tags = ["discoveries"];
  const one = { params: referenceSchema, querystring: projectQuerySchema, tags } as const;
  api.get(
    apiPaths.discoveries,
    {
      config: { permission: "read" },
      schema: {
        querystring: discoveryQuerySchema,
        tags,
        summary: "What agents found and waits for a person, or everything found at one spec",
        response: { 200: discoveriesSchema },
      },
    },
    async ({ query: { spec, project } }) => {
      const found =
        spec === undefined
          ? await reads.discoveries.inState("inbox")
          : await reads.discoveries.ofSpec((await findSpec(reads, { id: spec, project })).id);
      return { items: await Promise.all(found.map((discovery) => discoveryView(reads, discovery))) };
    },
  );
  api.post(
    "/api/v1/discoveries/:id/accept",
    {
      config: { permission: "run" },
      schema: {
        ...one,
        summary: "Let a discovery become a task",
        body: acceptDiscoverySchema,
        response: { 200: discoveryViewSchema },
      },
    },
    async ({ params, query, body }) => {
      const { id } = await findDiscovery(reads, { ...params, ...query });
      return discoveryView(reads, await commands.acceptDiscovery({ discoveryId: id, check: body.check }));
    },
  );
  api.post(
    "/api/v1/discoveries/:id/dismiss",
    {
      config: { permission: "run" },
      schema: {
        ...one,
        summary: "Decide that a discovery is not done here",
        body: dismissDiscoverySchema,
        response: { 200: discoveryViewSchema },
      },
    },
    async ({ params, query, body }) => {
      const { id } = await findDiscovery(reads, { ...params, ...query });
      return discoveryView(reads, await commands.dismissDiscovery({ discoveryId: id, reason: body.reason }));
    },
  );
}
