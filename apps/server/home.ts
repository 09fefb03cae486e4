import { join } from "node:path";

/** What lies where in `OMOIOS_HOME`. */
export interface HomePaths {
  readonly root: string;
  readonly database: string;
  readonly sandboxes: string;
  readonly logs: string;
  readonly hub: (projectId: string) => string;
}

export function homePaths(root: string): HomePaths {
  return {
    root,
    database: join(root, "database"),
    sandboxes: join(root, "sandboxes"),
    logs: join(root, "logs", "attempts"),
    hub: (projectId) => join(root, "projects", projectId, "hub.git"),
  };
}
