import type { SpecView } from "@omoios/contract/http-spec";
import { ListTodo, Table2, Workflow } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { lazy, Suspense, useState, type ReactNode } from "react";
import type { Reference } from "../../api/queries.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useMedia } from "../../ui/use-media.ts";
import { TaskPanel } from "./task-panel.tsx";
import { taskRows } from "./task-rows.ts";
import { TaskTable } from "./task-table.tsx";

const TaskGraph = lazy(async () => ({ default: (await import("../graph/task-graph.tsx")).TaskGraph }));

interface TasksProps {
  readonly spec: SpecView;
  readonly reference: Reference;
}

/** The tasks as graph or table, and the one that was chosen beside them. */
export function Tasks({ spec, reference }: TasksProps): ReactNode {
  const narrow = useMedia("(width < 768px)");
  const [wanted, setWanted] = useState<"graph" | "table">("graph");
  const [selected, setSelected] = useState<string | null>(null);
  const view = narrow ? "table" : wanted;
  const rows = taskRows(spec);
  if (rows.length === 0) {
    return (
      <EmptyState icon={ListTodo} title="No tasks yet">
        The plan is split into tasks once its requirements stand.
      </EmptyState>
    );
  }
  const chosen = rows.find(({ label }) => label === selected);
  return (
    <div className="task-views" data-view={view}>
      <div className="task-main">
        {!narrow && (
          <ToggleGroup.Root
            type="single"
            className="segmented"
            aria-label="Show the tasks as"
            value={wanted}
            onValueChange={(next) => {
              if (next === "graph" || next === "table") setWanted(next);
            }}
          >
            <ToggleGroup.Item value="graph">
              <Workflow className="icon" aria-hidden /> Graph
            </ToggleGroup.Item>
            <ToggleGroup.Item value="table">
              <Table2 className="icon" aria-hidden /> Table
            </ToggleGroup.Item>
          </ToggleGroup.Root>
        )}
        {view === "table" ? (
          <TaskTable rows={rows} onSelect={setSelected} />
        ) : (
          <div className="graph">
            <Suspense fallback={<SkeletonRows label="Drawing the graph" />}>
              <TaskGraph rows={rows} reference={reference} selected={selected} onSelect={setSelected} />
            </Suspense>
          </div>
        )}
      </div>
      {chosen !== undefined && <TaskPanel row={chosen} spec={spec} onClose={() => setSelected(null)} />}
    </div>
  );
}
