/** Pages of the dashboard. The server answers these paths with it; `:spec` and `:task` are labels or uuids. */
export const pagePaths = {
  home: "/",
  newFeature: "/new",
  specs: "/specs",
  spec: "/specs/:spec",
  pullRequest: "/specs/:spec/pull-request",
  task: "/tasks/:task",
} as const;
