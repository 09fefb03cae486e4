/** Pages of the dashboard. The server answers these paths with it; `:spec` is a label or uuid. */
export const pagePaths = {
  home: "/",
  specs: "/specs",
  spec: "/specs/:spec",
} as const;
