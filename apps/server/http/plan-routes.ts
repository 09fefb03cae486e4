import { emptyBodySchema, projectQuerySchema, referenceSchema } from "@omoios/contract/http";
import {
  acceptCriterionSchema,
  answerQuestionsSchema,
  approvePhaseSchema,
  editPlanSchema,
  rejectPlanSchema,
} from "@omoios/contract/http-plan";
import { specSummarySchema, type SpecSummary } from "@omoios/contract/http-spec";
import type { Spec } from "@omoios/domain/spec/spec";
import { findSpec } from "@omoios/engine/queries/references";
import { specSummary } from "@omoios/engine/queries/spec-summary";
import type { z } from "zod";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

interface PlanCommand<Body> {
  readonly verb: string;
  readonly summary: string;
  readonly body: z.ZodType<Body>;
  readonly carryOut: (specId: string, body: Body) => Promise<Spec>;
}

/** A person's part in a plan: answer, approve, send back, reword. */
export function addPlanRoutes(api: Api, parts: ApiParts): void {
  const { commands } = parts;
  addPlanCommand(api, parts, {
    verb: "approve-phase",
    summary: "Say yes to the requirements or the design you saw",
    body: approvePhaseSchema,
    carryOut: (specId, body) => commands.approvePhase({ specId, ...body }),
  });
  addPlanCommand(api, parts, {
    verb: "reject",
    summary: "Send the plan back with a reason",
    body: rejectPlanSchema,
    carryOut: (specId, body) => commands.rejectPlan({ specId, ...body }),
  });
  addPlanCommand(api, parts, {
    verb: "edit",
    summary: "Reword a requirement or a criterion, before approval or while the plan is carried out",
    body: editPlanSchema,
    carryOut: (specId, body) => commands.editPlan({ specId, ...body }),
  });
  addPlanCommand(api, parts, {
    verb: "accept",
    summary: "Say yes to a criterion no check proves, or go without one whose task was cancelled",
    body: acceptCriterionSchema,
    carryOut: (specId, body) => commands.acceptCriterion({ specId, ...body }),
  });
  addPlanCommand(api, parts, {
    verb: "regenerate",
    summary: "Make anew what is out of date in the plan",
    body: emptyBodySchema,
    carryOut: (specId) => commands.regeneratePlan({ specId }),
  });
  addPlanCommand(api, parts, {
    verb: "answers",
    summary: "Answer what planning asks",
    body: answerQuestionsSchema,
    carryOut: (specId, body) => commands.answerQuestions({ specId, ...body }),
  });
}

function addPlanCommand<Body>(api: Api, parts: ApiParts, command: PlanCommand<Body>): void {
  const { reads } = parts;
  api.post(
    `/api/v1/specs/:id/${command.verb}`,
    {
      config: { permission: "run" },
      schema: {
        params: referenceSchema,
        querystring: projectQuerySchema,
        tags: ["specs"],
        summary: command.summary,
        body: command.body,
        response: { 200: specSummarySchema },
      },
    },
    async ({ params, query, body }): Promise<SpecSummary> => {
      const { id } = await findSpec(reads, { ...params, ...query });
      const spec = await command.carryOut(id, body as Body);
      return specSummary(spec, await reads.projects.get(spec.projectId));
    },
  );
}
