import type { ConflictDetail, ConflictView } from "@omoios/contract/http-conflict";
import type { TaskView } from "@omoios/contract/http-task";
import { unsettledConflictStates } from "@omoios/domain/landing/conflict-state";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { conflictQuery } from "../../api/task-queries.ts";
import { clockTime } from "../../ui/ages.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { OutputText } from "../../ui/scrolling.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { conflictLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { DiffFileCard } from "../diff/diff-file.tsx";
import { parseDiff } from "../diff/parse-diff.ts";

/** Where the task's work and what landed meanwhile could not be merged, the newest first. */
export function Conflicts({ task }: { readonly task: TaskView }): ReactNode {
  return (
    <ul className="conflicts">
      {task.conflicts.toReversed().map((conflict) => (
        <li key={conflict.id}>
          <ConflictCard conflict={conflict} />
        </li>
      ))}
    </ul>
  );
}

function ConflictCard({ conflict }: { readonly conflict: ConflictView }): ReactNode {
  const { state, attempt, items, score, reason, foundAt, specTip, taskTip } = conflict;
  return (
    <section className="conflict" aria-label={`Conflict of attempt ${attempt}`}>
      <h3 className="row">
        <StatusPill look={conflictLooks[state]} />
        <span className="meta">
          attempt {attempt}, found {clockTime(foundAt)}, score {score}, <code>{taskTip.slice(0, 7)}</code> into{" "}
          <code>{specTip.slice(0, 7)}</code>
        </span>
      </h3>
      {reason !== null && <p>{reason}</p>}
      <ul>
        {items.map(({ paths, type, message }) => (
          <li key={`${type} ${paths.join(" ")}`}>
            <code>{paths.join(", ")}</code> <span className="meta">{message}</span>
          </li>
        ))}
      </ul>
      {unsettledConflictStates.includes(state) && <Sides conflict={conflict} />}
      {state === "with_person" && (
        <>
          <OutputText text={`omoios conflict take ${conflict.task}\nomoios conflict done ${conflict.task}`} />
          <p className="meta">
            The first line puts both sides on a branch of your repository; the second hands back what you committed on
            it, which is audited and proven before it lands.
          </p>
        </>
      )}
    </section>
  );
}

function Sides({ conflict }: { readonly conflict: ConflictView }): ReactNode {
  const { data, error, refetch } = useQuery(conflictQuery(conflict));
  if (data === undefined) {
    return error === null ? (
      <SkeletonRows label="Reading both sides" />
    ) : (
      <ProblemNotice error={error} what="The sides could not be read" onRetry={() => void refetch()} />
    );
  }
  return (
    <div className="sides">
      <Side heading="The work that comes in" intents={[data.work]} diff={data.diffs.work} />
      <Side heading="What landed meanwhile" intents={data.landed} diff={data.diffs.landed} />
    </div>
  );
}

interface SideProps {
  readonly heading: string;
  readonly intents: readonly ConflictDetail["work"][];
  readonly diff: string;
}

/** What one side is for, then what it did: who resolves it has to keep the first. */
function Side({ heading, intents, diff }: SideProps): ReactNode {
  return (
    <section>
      <h4>{heading}</h4>
      {intents.map(({ label, title, goal }) => (
        <div key={label}>
          <p>
            <span className="id">{label}</span> {title}
          </p>
          <ul className="meta">
            {goal.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      ))}
      {parseDiff(diff).files.map((file) => (
        <DiffFileCard key={file.path} file={file} />
      ))}
    </section>
  );
}
