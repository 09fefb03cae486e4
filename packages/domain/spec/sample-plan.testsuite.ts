import type { Plan, PlannedTask } from "./plan-shape.ts";

/** A plan without a fault: two requirements, two tasks one after the other. */
export function samplePlan(): Plan {
  const check = (criterion: string) => ({
    criterion,
    command: `node --test checks/${criterion}.test.js`,
    directory: ".",
    timeoutSeconds: 60,
    files: [{ path: `checks/${criterion}.test.js`, content: "test" }],
  });
  return {
    title: "Keep and list notes",
    requirements: [
      {
        id: "REQ-1",
        text: "WHEN a note is posted, the service SHALL keep it",
        priority: "must",
        criteria: [
          { id: "REQ-1.1", text: 'After POST /notes with "milk", GET /notes/1 answers "milk"', proof: "check" },
        ],
      },
      {
        id: "REQ-2",
        text: "WHEN /notes is opened, the service SHALL list all notes",
        priority: "should",
        criteria: [{ id: "REQ-2.1", text: "With two notes kept, GET /notes answers two lines", proof: "check" }],
      },
    ],
    assumptions: [],
    tickets: [{ id: "notes", title: "Notes" }],
    tasks: [sampleTask("store", ["REQ-1.1"]), sampleTask("list", ["REQ-2.1"], ["store"])],
    checks: [check("REQ-1.1"), check("REQ-2.1")],
  };
}

export function sampleTask(id: string, criteria: readonly string[], needs: readonly string[] = []): PlannedTask {
  return {
    id,
    ticket: "notes",
    title: `Write the ${id}`,
    description: `Write the ${id} of notes`,
    mode: "implementation",
    priority: "medium",
    needs,
    criteria,
    declaredFiles: [`src/${id}.ts`],
    requiresGit: false,
    requiresTests: true,
    complexity: 0.3,
  };
}
