/** Pages of the dashboard. The server answers these paths with it; `:spec` and `:task` are a label or uuid. */
export const pagePaths = {
  home: "/",
  specs: "/specs",
  spec: "/specs/:spec",
  pullRequest: "/specs/:spec/pull-request",
  task: "/tasks/:task",
  newFeature: "/new",
} as const;
