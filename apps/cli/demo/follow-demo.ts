import type { Cli } from "../cli.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Say } from "../follow/request-spec.ts";
import { tellRun, type TellRunOptions } from "../follow/tell-run.ts";
import { wrap } from "../render/columns.ts";
import { commitMeanwhile } from "./commit-meanwhile.ts";
import type { ExampleRepository } from "./example-repository.ts";

export interface FollowDemoOptions extends TellRunOptions {
  readonly repository: ExampleRepository;
  readonly say: Say;
}

/** Tells the run while somebody else commits to its base branch. Null when the person interrupted. */
export async function follow(cli: Cli, options: FollowDemoOptions): Promise<ExitCode | null> {
  const told = new AbortController();
  const { repository, session, spec, flags, say } = options;
  const isLive = cli.terminal.screen !== null && flags.json !== true && flags.lines !== true;
  const meanwhile = commitMeanwhile({
    client: session.client,
    spec: spec.id,
    repository,
    signal: AbortSignal.any([options.signal, told.signal]),
    onCommit: (commit) => {
      if (!isLive) say(...wrap(`Meanwhile, on the base branch: ${commit}`, cli.terminal.width));
    },
  });
  const [code] = await Promise.all([tellRun(cli, options).finally(() => told.abort()), meanwhile]);
  return code;
}
