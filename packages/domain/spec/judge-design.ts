import { judgePath, type GateFinding } from "./gate.ts";
import { repeatedIds } from "./judge-requirements.ts";
import type { PlannedRequirement } from "./plan-shape.ts";

/** A design, as far as the gate looks at it. */
export interface DesignShape {
  readonly components: readonly {
    readonly id: string;
    readonly path: string;
    readonly uses: readonly string[];
    readonly requirements: readonly string[];
  }[];
}

/** Everything that is wrong with a design over its requirements; none means it passes. */
export function judgeDesign(
  design: DesignShape,
  requirements: readonly Pick<PlannedRequirement, "id" | "priority">[],
): readonly GateFinding[] {
  const components = new Set(design.components.map((component) => component.id));
  const known = new Set(requirements.map((requirement) => requirement.id));
  const served = new Set(design.components.flatMap((component) => component.requirements));
  const unknown = (at: string, ids: readonly string[], those: ReadonlySet<string>): readonly GateFinding[] =>
    ids
      .filter((id) => !those.has(id))
      .map((id) => ({ rule: "unknown-id", at, message: `${id} does not exist`, fix: "Name only what is there" }));
  return [
    ...repeatedIds(design.components.map((component) => component.id)),
    ...design.components.flatMap(({ id, path, uses, requirements: serves }) => [
      ...judgePath(path.replace(/(?<=.)\/$/u, ""), `${id}.path`),
      ...unknown(`${id}.uses`, uses, components),
      ...unknown(`${id}.requirements`, serves, known),
    ]),
    ...requirements.flatMap(({ id, priority }): readonly GateFinding[] => {
      const fix = `Say which component serves ${id}`;
      return priority === "should" || served.has(id)
        ? []
        : [{ rule: "uncovered", at: id, message: "no component serves this must", fix }];
    }),
  ];
}
