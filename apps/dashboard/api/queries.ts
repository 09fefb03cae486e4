import { apiPaths, pageOf } from "@omoios/contract/http";
import { budgetViewSchema } from "@omoios/contract/http-budget";
import { specSummarySchema, specViewSchema } from "@omoios/contract/http-spec";
import { statusSchema } from "@omoios/contract/http-system";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ask } from "./ask.ts";

/** A spec or task as an address names it: a label or uuid, and the project where a label needs one. */
export interface Reference {
  readonly id: string;
  readonly project: string | undefined;
}

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => ask(apiPaths.status, statusSchema, { signal }),
});

export const specListQuery = infiniteQueryOptions({
  queryKey: ["specs"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ signal, pageParam }) =>
    ask(apiPaths.specs, pageOf(specSummarySchema), { signal, query: { cursor: pageParam, limit: 50 } }),
  getNextPageParam: (page) => page.next ?? undefined,
});

export function specQuery({ id, project }: Reference) {
  return queryOptions({
    queryKey: ["spec", id, project ?? null],
    queryFn: ({ signal }) => ask(apiPaths.spec(id), specViewSchema, { signal, query: { project } }),
  });
}

export function budgetQuery({ id, project }: Reference) {
  return queryOptions({
    queryKey: ["budget", id, project ?? null],
    queryFn: ({ signal }) => ask(apiPaths.specBudget(id), budgetViewSchema, { signal, query: { project } }),
  });
}
