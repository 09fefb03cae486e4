import type { Config } from "@omoios/contract/config";
import type { Hub } from "./repository.ts";

/** The configuration that holds for a repository at a commit: this installation's, with its `.omoios.yaml` over it. */
export type ProjectConfig = (hub: Hub, commit: string) => Promise<Config>;
