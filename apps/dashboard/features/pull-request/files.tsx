import { readingList } from "@omoios/domain/spec/reading-list";
import { FileDiff } from "lucide-react";
import { useState, type ReactNode } from "react";
import { EmptyState } from "../../ui/empty-state.tsx";
import { DiffFileCard } from "../diff/diff-file.tsx";
import type { Diff } from "../diff/parse-diff.ts";
import { ReadingOrder } from "./reading-order.tsx";

interface FilesProps {
  readonly diff: Diff;
  readonly label: string;
}

/** What is changed, one file at a time in the order to read them. */
export function Files({ diff, label }: FilesProps): ReactNode {
  const order = readingList(diff.files).map(({ path }) => path);
  const [chosen, setChosen] = useState<string>();
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const path = chosen ?? order[0];
  const file = diff.files.find((each) => each.path === path);
  if (file === undefined || path === undefined) {
    return (
      <EmptyState icon={FileDiff} title="No file is changed">
        Every criterion was met without a change.
      </EmptyState>
    );
  }
  const setReadOf = (isRead: boolean): void => {
    setRead((was) => {
      const next = new Set(was);
      if (isRead) next.add(path);
      else next.delete(path);
      return next;
    });
    const following = order[order.indexOf(path) + 1];
    if (isRead && following !== undefined) setChosen(following);
  };
  return (
    <div className="files">
      <ReadingOrder files={diff.files} selected={path} read={read} onSelect={setChosen} />
      <div className="file-shown">
        <div className="file-bar">
          <span className="count">
            {order.indexOf(path) + 1} of {order.length}
          </span>
          <label className="tick">
            <input type="checkbox" checked={read.has(path)} onChange={(event) => setReadOf(event.target.checked)} />
            <span>Read</span>
          </label>
        </div>
        {diff.cut && (
          <p className="note">
            The changes are too long to show whole; take the branch to see all of them: omoios pr take {label}
          </p>
        )}
        <DiffFileCard key={path} file={file} />
      </div>
    </div>
  );
}
