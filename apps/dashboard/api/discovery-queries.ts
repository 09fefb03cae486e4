import { apiPaths } from "@omoios/contract/http";
import { discoveriesSchema } from "@omoios/contract/http-discovery";
import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask.ts";

/** What agents came upon and a person has to decide about. */
export const inboxQuery = queryOptions({
  queryKey: ["discoveries"],
  queryFn: ({ signal }) => ask(apiPaths.discoveries, discoveriesSchema, { signal }),
});
