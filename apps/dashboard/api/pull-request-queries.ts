import { apiPaths } from "@omoios/contract/http";
import { pullRequestSchema } from "@omoios/contract/http-spec";
import { queryOptions } from "@tanstack/react-query";
import { ask, askText } from "./ask.ts";

export function pullRequestQuery(specId: string) {
  return queryOptions({
    queryKey: ["pull-request", specId],
    queryFn: ({ signal }) => ask(apiPaths.specPullRequest(specId), pullRequestSchema, { signal }),
  });
}

/** Everything the pull request at `headCommit` changes. */
export function pullRequestDiffQuery(specId: string, headCommit: string) {
  return queryOptions({
    queryKey: ["diff", specId, headCommit],
    queryFn: ({ signal }) => askText(apiPaths.specPullRequestDiff(specId), { signal }),
  });
}
