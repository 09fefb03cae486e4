import { apiPaths, pageOf } from "@omoios/contract/http";
import type { Budget } from "@omoios/contract/http-budget";
import { runOutlookSchema } from "@omoios/contract/http-outlook";
import {
  createSpecSchema,
  specCreatedSchema,
  specSummarySchema,
  specViewSchema,
  type CreateSpec,
  type SpecSummary,
} from "@omoios/contract/http-spec";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { unfinishedSpecStatuses } from "@omoios/domain/spec/state";
import type { ApiClient, Query } from "../client/api-client.ts";
import { findSpec } from "../client/references.ts";
import type { Cli } from "../cli.ts";
import type { CommonFlags } from "../command-options.ts";
import { outlookLines } from "../render/outlook-lines.ts";
import { headingLines, requestLines } from "../render/spec-result.ts";
import { repositoryPath } from "../repository/repository-path.ts";
import { readScenario } from "../repository/scenario-file.ts";
import { approveSpec } from "./approve-spec.ts";

/** The flags that say what to build, and how. */
export interface RequestFlags {
  readonly repo?: string;
  readonly base?: string;
  readonly size?: string;
  readonly yes?: boolean;
  readonly agent?: string;
  readonly model?: string;
  readonly scenario?: string;
  readonly budget?: Budget;
}

export type Say = (...lines: readonly string[]) => void;

/** What `run` was told to do: place an order, or go on with a spec; true means the newest unfinished one. */
export type RunOrder = { readonly create: CreateSpec } | { readonly resume: string | true };

/** The order in the arguments of `run`. */
export async function runOrder(
  cli: Cli,
  feature: string | undefined,
  flags: RequestFlags & { readonly resume?: string | true },
): Promise<RunOrder> {
  if (flags.resume === undefined) return { create: await specRequest(cli, feature, flags) };
  if (feature === undefined) return { resume: flags.resume };
  const message = "cannot be given with --resume, which goes on with what was asked before";
  throw invalid({ at: "feature", message, fix: "Leave one of the two out" });
}

/** The order for a new spec, checked before any server is started; every problem is listed at once. */
export async function specRequest(cli: Cli, feature: string | undefined, flags: RequestFlags): Promise<CreateSpec> {
  if (feature === undefined) {
    throw invalid({
      at: "feature",
      message: "is missing: say in a sentence what to build",
      fix: 'omoios run "Add a /health endpoint that answers 200"',
    });
  }
  const parsed = createSpecSchema.safeParse({
    request: feature,
    repository: await repositoryPath(flags.repo, cli.cwd),
    base: flags.base ?? null,
    size: flags.size ?? "direct",
    agent: flags.agent ?? null,
    model: flags.model ?? null,
    scenario: flags.scenario === undefined ? null : await readScenario(flags.scenario, cli.cwd),
    budget: flags.budget ?? null,
    yes: flags.yes ?? false,
  });
  if (parsed.success) return parsed.data;
  throw invalid(...parsed.error.issues.map((issue) => ({ at: flagOf(String(issue.path[0])), message: issue.message })));
}

function flagOf(field: string): string {
  const flags: Readonly<Record<string, string>> = { request: "feature", repository: "--repo" };
  return flags[field] ?? `--${field}`;
}

function invalid(...problems: readonly Problem[]): FaultError {
  return new FaultError({ kind: "invalid", message: "The run cannot start", problems });
}

/**
 * Says what the run will work with and may cost, then places the order. The key makes a repeated request (a lost answer)
 * give the same spec.
 */
export async function requestSpec(
  cli: Cli,
  at: { readonly client: ApiClient; readonly order: CreateSpec; readonly say: Say },
): Promise<SpecSummary> {
  const { client, order, say } = at;
  const outlook = await client.get(apiPaths.runOutlook, runOutlookSchema, outlookQuery(order));
  say(...outlookLines(outlook, { order, canAsk: cli.terminal.ask !== null }, cli.terminal), "");
  const problems = outlook.problems.map(({ at: place, message, fix }) => ({
    ...{ at: place, message },
    ...(fix === undefined ? {} : { fix }),
  }));
  if (problems.length > 0) throw invalid(...problems);
  const created = await client.post(apiPaths.specs, specCreatedSchema, {
    body: order,
    idempotencyKey: crypto.randomUUID(),
  });
  say(...requestLines(created, cli.terminal), "");
  return created.spec;
}

function outlookQuery({ repository, base, agent, model, budget }: CreateSpec): Query {
  const caps = budget === null ? {} : { usd: budget.usd ?? "none", tokens: budget.tokens };
  return { repository, base, agent, model, ...caps };
}

/** Finds the spec to go on with; planning that failed is tried again. Nothing is created; `--yes` approves a plan that waits for it. */
export async function resumeSpec(
  cli: Cli,
  at: {
    readonly client: ApiClient;
    readonly which: string | true;
    readonly flags: RequestFlags & CommonFlags;
    readonly say: Say;
  },
): Promise<SpecSummary> {
  const spec =
    at.which === true
      ? await newestUnfinished(cli, at.client, at.flags)
      : await findSpec(cli, { client: at.client, reference: at.which, flags: await ofRepository(cli, at.flags) });
  at.say(...headingLines(spec, cli.terminal), "");
  const isPlanningStuck = spec.status === "planning" && spec.attention !== null;
  if (spec.pausedBy === "person" || isPlanningStuck)
    await at.client.post(apiPaths.specResume(spec.id), specSummarySchema);
  if (at.flags.yes === true && spec.status === "awaiting_approval") {
    const { planDigest } = await at.client.get(apiPaths.spec(spec.id), specViewSchema);
    if (planDigest !== null) await approveSpec(at.client, { id: spec.id, digest: planDigest });
  }
  return spec;
}

/** A repository that was named says which project's spec is meant. */
async function ofRepository(cli: Cli, flags: RequestFlags & CommonFlags): Promise<RequestFlags & CommonFlags> {
  if (flags.repo === undefined || flags.project !== undefined) return flags;
  return { ...flags, project: await repositoryPath(flags.repo, cli.cwd) };
}

async function newestUnfinished(cli: Cli, client: ApiClient, flags: RequestFlags & CommonFlags): Promise<SpecSummary> {
  const project = flags.project ?? (await repositoryPath(flags.repo, cli.cwd));
  const page = await client.get(apiPaths.specs, pageOf(specSummarySchema), {
    project,
    status: unfinishedSpecStatuses.join(","),
    limit: 1,
  });
  const [newest] = page.items;
  if (newest !== undefined) return newest;
  const fix = "See them all with: omoios spec list";
  throw new FaultError({ kind: "not-found", what: "An unfinished spec of", id: project, fix });
}
