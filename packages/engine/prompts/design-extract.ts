import type { DesignOutput } from "@omoios/contract/phase-design";

type Component = DesignOutput["components"][number];

/** What the design says about these files: the approach, the components in them, and the interfaces those call. */
export function designExtract(design: DesignOutput, files: readonly string[]): string {
  const own = design.components.filter(({ path }) => files.some((file) => isWithin(file, path)));
  const used = new Set(own.flatMap(({ uses }) => uses));
  const called = design.components.filter((component) => used.has(component.id) && !own.includes(component));
  return [
    design.approach,
    ...own.map((component) => `${heading(component)}: ${component.responsibility}\n${component.interface}`),
    ...called.map((component) => `${heading(component)} is called from there:\n${component.interface}`),
    `Errors: ${design.errorHandling}`,
  ].join("\n\n");
}

/** A component lives in a file or a directory; a task may declare either as well. */
function isWithin(file: string, path: string): boolean {
  const directory = (name: string): string => (name.endsWith("/") ? name : `${name}/`);
  return file === path || file.startsWith(directory(path)) || path.startsWith(directory(file));
}

function heading({ id, path, isNew }: Component): string {
  return `${id} (${path}${isNew ? ", new" : ""})`;
}
