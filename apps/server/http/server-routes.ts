import { apiPaths, emptyBodySchema } from "@omoios/contract/http";
import {
  acceptedSchema,
  configViewSchema,
  doctorSchema,
  statusSchema,
  type StatusView,
} from "@omoios/contract/http-system";
import { workStatus } from "@omoios/engine/queries/status-view";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

/** The server itself: status, doctor, configuration, stop. */
export function addServerRoutes(api: Api, parts: ApiParts): void {
  const tags = ["server"];
  api.get(
    apiPaths.status,
    { config: { permission: "read" }, schema: { summary: "What is going on", tags, response: { 200: statusSchema } } },
    async () => status(parts),
  );
  api.get(
    apiPaths.doctor,
    {
      config: { permission: "read" },
      schema: {
        summary: "What works on this machine, and how to fix what does not",
        tags,
        response: { 200: doctorSchema },
      },
    },
    async () => ({ findings: [...(await parts.commands.doctor())] }),
  );
  api.get(
    apiPaths.config,
    {
      config: { permission: "read" },
      schema: {
        summary: "The effective configuration and where each value comes from",
        tags,
        response: { 200: configViewSchema },
      },
    },
    async () => parts.config(),
  );
  api.post(
    apiPaths.stop,
    {
      config: { permission: "operate" },
      schema: {
        summary: "Stop the server; attempts are parked and go on when it starts again",
        tags,
        body: emptyBodySchema,
        response: { 202: acceptedSchema },
      },
    },
    async (_request, reply) => {
      reply.raw.once("finish", () => {
        parts.commands.requestStop();
      });
      return reply.code(202).send({ accepted: true });
    },
  );
}

async function status(parts: ApiParts): Promise<StatusView> {
  const { facts, reads, clock } = parts;
  const [sandbox, disk, work, configChanges] = await Promise.all([
    facts.sandbox(),
    facts.disk(),
    workStatus(reads, facts.totalSlots),
    facts.configChanges(),
  ]);
  return {
    version: facts.version,
    pid: facts.pid,
    url: reads.publicUrl(),
    home: facts.home,
    database: facts.database,
    startedAt: facts.startedAt.toISOString(),
    uptimeMs: clock.now().getTime() - facts.startedAt.getTime(),
    configChanges: [...configChanges],
    sandbox: {
      provider: sandbox.provider,
      isolation: sandbox.isolation,
      layering: sandbox.layering,
      reason: sandbox.reason ?? null,
      fix: sandbox.fix ?? null,
    },
    disk,
    ...work,
  };
}
