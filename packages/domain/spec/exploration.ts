/** Title of every exploration, by which a scenario names it too. */
export const explorationTitle = "Explore the repository";

/** Attempts at an exploration; after that planning goes on with what code can read. */
export const explorationAttempts = 2;

/** What an agent found out about a repository. All of it is a claim. */
export interface Exploration {
  readonly testCommands: readonly { readonly command: string }[];
  readonly entryPoints: readonly { readonly path: string }[];
  readonly files: readonly { readonly path: string }[];
}

/** The same, each claim that code can check with what it found. */
export type VerifiedExploration<Found extends Exploration> = Omit<Found, keyof Exploration> & {
  readonly [Key in keyof Exploration]: readonly (Found[Key][number] & { readonly verified: boolean })[];
};

/** What a repository and the sandbox it was read in really have. */
export interface RepositoryFacts {
  readonly paths: readonly string[];
  readonly programs: ReadonlySet<string>;
}

/** Marks which named files exist and which commands start a program that is there. */
export function verifyExploration<Found extends Exploration>(
  found: Found,
  facts: RepositoryFacts,
): VerifiedExploration<Found> {
  const withPath = (claim: { readonly path: string }) => ({ ...claim, verified: hasPath(facts.paths, claim.path) });
  const withProgram = (claim: { readonly command: string }) => {
    const program = programOf(claim.command);
    return { ...claim, verified: program !== null && facts.programs.has(program) };
  };
  return {
    ...found,
    testCommands: found.testCommands.map(withProgram),
    entryPoints: found.entryPoints.map(withPath),
    files: found.files.map(withPath),
  };
}

/** Each claim that did not hold, for people and planners. */
export function unverifiedClaims(explored: {
  readonly testCommands: readonly { readonly command: string; readonly verified: boolean }[];
  readonly entryPoints: readonly { readonly path: string; readonly verified: boolean }[];
  readonly files: readonly { readonly path: string; readonly verified: boolean }[];
}): readonly string[] {
  const commands = explored.testCommands.filter((claim) => !claim.verified);
  const paths = [...explored.entryPoints, ...explored.files].filter((claim) => !claim.verified);
  return [
    ...commands.map(({ command }) => `${command}: its program is not there`),
    ...[...new Set(paths.map(({ path }) => path))].map((path) => `${path}: not in the repository`),
  ];
}

/** The program a shell command starts first, or null when it starts none. */
export function programOf(command: string): string | null {
  const words = command.trim().split(/\s+/u);
  const first = words.find((word) => word !== "" && !/^\w+=/u.test(word));
  return first ?? null;
}

/** A path is there as a file, or as a folder of files. */
function hasPath(paths: readonly string[], claimed: string): boolean {
  const path = claimed.replace(/^\.\//u, "").replace(/\/+$/u, "");
  return path === "." || path === "" || paths.some((one) => one === path || one.startsWith(`${path}/`));
}
