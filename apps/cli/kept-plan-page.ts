import { prdSchema } from "@omoios/contract/phase-prd";
import { designSchema } from "@omoios/contract/phase-design";
import { requirementsSchema } from "@omoios/contract/phase-requirements";
import { syncSchema } from "@omoios/contract/phase-sync";
import { workSchema } from "@omoios/contract/phase-tasks";
import { specSizes, type Phase } from "@omoios/domain/spec/state";
import { syncOf } from "@omoios/domain/spec/sync";
import { z } from "zod";
import { createPaint } from "./render/paint.ts";
import { planPageLines } from "./render/plan-page.ts";

/** A plan of a trial: what was asked, what every phase answered, and where that stood. */
const keptPlanSchema = z.object({
  request: z.string(),
  size: z.enum(specSizes),
  page: z.object({
    project: z.string(),
    baseCommit: z.string(),
    planDigest: z.string(),
    scores: z.object({ PRD: z.number(), REQUIREMENTS: z.number(), DESIGN: z.number(), TASKS: z.number() }),
  }),
  answers: z.array(z.object({ text: z.string(), answer: z.string(), proposal: z.string() })),
  prd: prdSchema,
  requirements: requirementsSchema,
  design: designSchema,
  work: workSchema,
});

/** The page of a plan that is kept as JSON, as `omoios spec show` prints it while the plan waits for its approval. */
export function keptPlanPage(text: string): string {
  const { request, size, page: at, answers, ...phases } = keptPlanSchema.parse(JSON.parse(text));
  const { prd, requirements, design, work } = phases;
  const sync = syncSchema.parse(syncOf({ ...requirements, ...work }));
  const standing = Object.entries(at.scores).map(([phase, score]) => ({
    ...{ phase: phase as Phase, output: `${phase}@1`, score },
  }));
  const lines = planPageLines(
    {
      ...{ label: "SPC-1", title: requirements.title, request, size, status: "awaiting_approval", attention: null },
      ...{ project: { name: at.project }, base: { branch: "main", commit: at.baseCommit }, planDigest: at.planDigest },
      plan: { prd, requirements, design, work, sync, stale: [], standing },
      questions: answers.map((answer, index) => ({ ...answer, number: index + 1, why: "", answeredBy: "person" })),
    },
    { paint: createPaint({ colour: false, unicode: true }), width: 80 },
  );
  return `${lines.join("\n").trimEnd()}\n`;
}
