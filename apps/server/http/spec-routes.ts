import {
  apiPaths,
  emptyBodySchema,
  pageOf,
  pageQuerySchema,
  projectQuerySchema,
  referenceSchema,
} from "@omoios/contract/http";
import {
  approveSpecSchema,
  createSpecSchema,
  specCreatedSchema,
  specListQuerySchema,
  specSummarySchema,
  specViewSchema,
  type CreateSpec,
  type SpecCreated,
} from "@omoios/contract/http-spec";
import { runOutlookQuerySchema, runOutlookSchema } from "@omoios/contract/http-outlook";
import { taskSummarySchema } from "@omoios/contract/http-task";
import { runResultSchema } from "@omoios/contract/run-result";
import { findSpec } from "@omoios/engine/queries/references";
import { runResult } from "@omoios/engine/queries/run-result";
import { listSpecs } from "@omoios/engine/queries/spec-list";
import { specSummary } from "@omoios/engine/queries/spec-summary";
import { specView } from "@omoios/engine/queries/spec-view";
import { listTasks } from "@omoios/engine/queries/task-view";
import type { z } from "zod";
import { answerOnce, idempotencyHeadersSchema } from "./answer-once.ts";
import type { Api } from "./api.ts";
import { capsOf } from "./budget-routes.ts";
import type { ApiParts } from "./api-parts.ts";

const oneSpec = { params: referenceSchema, querystring: projectQuerySchema, tags: ["specs"] } as const;
const one = "/api/v1/specs/:id";

/** Specs: request, look at, approve, cancel. */
export function addSpecRoutes(api: Api, parts: ApiParts): void {
  addOutlook(api, parts);
  addSpecReads(api, parts);
  addSpecLists(api, parts);
  addSpecCommands(api, parts);
}

function addSpecReads(api: Api, { reads }: ApiParts): void {
  api.get(
    one,
    {
      config: { permission: "read" },
      schema: { ...oneSpec, summary: "Everything about a spec", response: { 200: specViewSchema } },
    },
    async ({ params, query }) => specView(reads, await findSpec(reads, { ...params, ...query })),
  );
  api.get(
    `${one}/result`,
    {
      config: { permission: "read" },
      schema: { ...oneSpec, summary: "How the run of a spec stands", response: { 200: runResultSchema } },
    },
    async ({ params, query }) => runResult(reads, await findSpec(reads, { ...params, ...query })),
  );
}

function addSpecLists(api: Api, parts: ApiParts): void {
  const { reads } = parts;
  api.get(
    apiPaths.specs,
    {
      config: { permission: "read" },
      schema: {
        summary: "Specs, newest first",
        tags: ["specs"],
        querystring: specListQuerySchema,
        response: { 200: pageOf(specSummarySchema) },
      },
    },
    async ({ query }) => listSpecs(reads, query),
  );
  api.get(
    `${one}/tasks`,
    {
      config: { permission: "read" },
      schema: {
        ...oneSpec,
        summary: "The tasks of a spec, by number",
        querystring: pageQuerySchema.extend(projectQuerySchema.shape),
        response: { 200: pageOf(taskSummarySchema) },
      },
    },
    async ({ params, query }) =>
      listTasks(reads, await findSpec(reads, { id: params.id, project: query.project }), query),
  );
}

function addOutlook(api: Api, { commands }: ApiParts): void {
  api.get(
    apiPaths.runOutlook,
    {
      // It looks at a repository by its path, as a request does.
      config: { permission: "run" },
      schema: {
        summary: "What a run would work with and may cost",
        description: "Asked before a feature is requested; nothing is stored or started.",
        tags: ["specs"],
        querystring: runOutlookQuerySchema,
        response: { 200: runOutlookSchema },
      },
    },
    async ({ query: { repository, base = null, agent = null, model = null, usd = null, tokens = null } }) => {
      const budget = usd === null && tokens === null ? null : capsOf({ usd: usd === "none" ? null : usd, tokens });
      return commands.runOutlook({ repository, base, agent, model, budget });
    },
  );
}

function addSpecCommands(api: Api, parts: ApiParts): void {
  const { reads, commands } = parts;
  api.post(
    apiPaths.specs,
    {
      config: { permission: "run" },
      schema: {
        summary: "Request a feature",
        description:
          "With an Idempotency-Key, sending the same request again gives the same answer and starts nothing.",
        tags: ["specs"],
        headers: idempotencyHeadersSchema,
        body: createSpecSchema,
        response: { 201: specCreatedSchema },
      },
    },
    async (request, reply) => {
      const asked = { key: request.headers["idempotency-key"], content: request.body, answer: specCreatedSchema };
      const created = await answerOnce(parts, asked, () => createSpec(parts, request.body));
      return reply.code(201).header("location", apiPaths.spec(created.spec.id)).send(created);
    },
  );
  api.post(
    `${one}/approve`,
    {
      config: { permission: "run" },
      schema: {
        ...oneSpec,
        summary: "Approve the plan you saw",
        body: approveSpecSchema,
        response: { 200: specSummarySchema },
      },
    },
    async ({ params, query, body }) => {
      const { id } = await findSpec(reads, { ...params, ...query });
      return summaryOf(parts, await commands.approvePlan({ specId: id, digest: body.digest, by: "person" }));
    },
  );
  for (const { verb, summary, carryOut } of [
    { verb: "cancel", summary: "Cancel a spec", carryOut: commands.cancelSpec },
    { verb: "pause", summary: "Hold a spec until it is resumed; what is at work parks", carryOut: commands.holdSpec },
    {
      verb: "resume",
      summary: "Go on with a spec that is paused or waits for attention",
      carryOut: commands.resumeSpec,
    },
  ]) {
    api.post(
      `${one}/${verb}`,
      {
        config: { permission: "run" },
        schema: { ...oneSpec, summary, body: emptyBodySchema, response: { 200: specSummarySchema } },
      },
      async ({ params, query }) => {
        const { id } = await findSpec(reads, { ...params, ...query });
        return summaryOf(parts, await carryOut({ specId: id }));
      },
    );
  }
}

async function createSpec(parts: ApiParts, asked: CreateSpec): Promise<SpecCreated> {
  const { yes, budget, ...input } = asked;
  const made = await parts.commands.requestSpec({
    ...input,
    budget: budget === null ? null : capsOf(budget),
    approval: yes ? "policy" : "person",
  });
  return {
    spec: specSummary(made.spec, made.project),
    leftOut: { count: made.leftOut.count, paths: [...made.leftOut.paths] },
    notices: [...made.notices],
  };
}

async function summaryOf(
  parts: ApiParts,
  spec: Parameters<typeof specSummary>[0],
): Promise<z.infer<typeof specSummarySchema>> {
  return specSummary(spec, await parts.reads.projects.get(spec.projectId));
}
