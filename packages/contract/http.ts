import { z } from "zod";

// What every resource shares. The resources: `http-spec.ts`, `http-task.ts`, `http-system.ts`; refusals: `problem.ts`.

/** Where every resource lives. References are uuids or labels. */
export const apiPaths = {
  projects: "/api/v1/projects",
  projectRemove: (id: string) => `/api/v1/projects/${encodeURIComponent(id)}/remove`,
  runOutlook: "/api/v1/run-outlook",
  specs: "/api/v1/specs",
  spec: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}`,
  specResult: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/result`,
  specApprove: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/approve`,
  specCancel: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/cancel`,
  specPause: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/pause`,
  specResume: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/resume`,
  specBudget: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/budget`,
  specTasks: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/tasks`,
  specApprovePhase: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/approve-phase`,
  specReject: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/reject`,
  specEdit: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/edit`,
  specAccept: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/accept`,
  specRegenerate: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/regenerate`,
  specAnswers: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/answers`,
  specPullRequest: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/pull-request`,
  specPullRequestDiff: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/pull-request/diff`,
  specPullRequestRefresh: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/pull-request/refresh`,
  specPullRequestMerge: (id: string) => `/api/v1/specs/${encodeURIComponent(id)}/pull-request/merge`,
  task: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}`,
  taskDiff: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}/diff`,
  conflicts: "/api/v1/conflicts",
  taskConflict: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}/conflict`,
  taskConflictTake: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}/conflict/take`,
  taskConflictDone: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}/conflict/done`,
  taskRetry: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}/retry`,
  taskMessages: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}/messages`,
  taskReplan: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}/replan`,
  taskCancel: (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}/cancel`,
  discoveries: "/api/v1/discoveries",
  discoveryAccept: (id: string) => `/api/v1/discoveries/${encodeURIComponent(id)}/accept`,
  discoveryDismiss: (id: string) => `/api/v1/discoveries/${encodeURIComponent(id)}/dismiss`,
  attemptLog: (id: string) => `/api/v1/attempts/${encodeURIComponent(id)}/log`,
  attemptLogStream: (id: string) => `/api/v1/attempts/${encodeURIComponent(id)}/log/stream`,
  events: "/api/v1/events",
  eventStream: "/api/v1/events/stream",
  stream: "/api/v1/stream",
  status: "/api/v1/status",
  doctor: "/api/v1/doctor",
  config: "/api/v1/config",
  stop: "/api/v1/server/stop",
  signInLinks: "/api/v1/sign-in-links",
  signIn: "/sign-in",
  signOut: "/sign-out",
  live: "/healthz",
  ready: "/readyz",
  openApi: "/openapi.json",
} as const;

/** The cookie a browser gets for a one-time code; programs send the token as `Authorization: Bearer`. */
export const sessionCookie = "omoios_session";

/** A page of a list; `next` is the cursor of the page after it, or null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** `?cursor=&limit=` of every list. */
export const pageQuerySchema = z.strictObject({
  cursor: z.string().max(300).optional().describe("`next` of the page before"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Says which project a label belongs to; needed only when several projects have it. */
export const projectQuerySchema = z.strictObject({
  project: z.string().min(1).optional().describe("Name, id or repository path of the project"),
});

/** The body of a request that says everything in its path: none, or an empty object. */
export const emptyBodySchema = z.strictObject({}).nullish();

/** `:id` of a spec or a task: a uuid or a label. An attempt is a uuid or `TSK-101.2`, its second attempt. */
export const referenceSchema = z.strictObject({ id: z.string().min(1).max(100) });

export const projectSchema = z.object({ id: z.uuid(), name: z.string(), source: z.string() }).meta({ id: "Project" });
export type ProjectView = z.infer<typeof projectSchema>;

/** One project of the list, with how much is asked of it. */
export const projectListItemSchema = projectSchema
  .extend({
    addedAt: z.iso.datetime(),
    specs: z.int().describe("Specs that are being planned, worked on or proven, or wait for a person"),
  })
  .meta({ id: "ProjectListItem" });
export type ProjectListItem = z.infer<typeof projectListItemSchema>;

export const projectListSchema = z.object({ items: z.array(projectListItemSchema), next: z.null() });

export const addProjectSchema = z
  .strictObject({
    repository: z.string().min(1).describe("Absolute path of the git repository on the server's machine"),
  })
  .meta({ id: "AddProject" });

export const projectReferenceSchema = z.strictObject({
  id: z.string().min(1).max(4096).describe("Name, id or repository path of the project"),
});
