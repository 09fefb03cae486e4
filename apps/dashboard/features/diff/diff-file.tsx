import { FileDiff, FileMinus, FilePlus } from "lucide-react";
import { memo, type ReactNode } from "react";
import type { DiffFile, DiffHunk, DiffLine } from "./parse-diff.ts";
import { Scroller } from "../../ui/scrolling.tsx";

const icons = { added: FilePlus, deleted: FileMinus, modified: FileDiff, "type-changed": FileDiff } as const;
const marks = { same: " ", added: "+", removed: "−" } as const;
const spoken = { same: null, added: "added: ", removed: "removed: " } as const;

interface DiffFileCardProps {
  readonly file: DiffFile;
  /** So that a list of files can lead to it. */
  readonly anchor?: string;
  readonly open?: boolean;
}

/** One changed file, folded or not. */
export const DiffFileCard = memo(function DiffFileCard({ file, anchor, open = true }: DiffFileCardProps): ReactNode {
  const Icon = icons[file.status];
  return (
    <details className="diff" id={anchor} open={open}>
      <summary>
        <Icon className="icon" aria-hidden />
        <code>{file.path}</code>
        {file.status !== "modified" && <span className="meta">{file.status}</span>}
        <LineCounts file={file} />
      </summary>
      {file.hunks.length === 0 ? (
        <p className="diff-none">{file.addedLines === null ? "Not text; git shows no lines of it." : "No lines."}</p>
      ) : (
        <Scroller className="diff-text" label={`Changes in ${file.path}`}>
          {file.hunks.map((hunk, place) => (
            <Hunk key={place} hunk={hunk} />
          ))}
        </Scroller>
      )}
    </details>
  );
});

/** `+6 −4`, as git counts. */
export function LineCounts({ file }: { readonly file: Pick<DiffFile, "addedLines" | "removedLines"> }): ReactNode {
  if (file.addedLines === null || file.removedLines === null) return <span className="line-counts">binary</span>;
  return (
    <span className="line-counts">
      {file.addedLines > 0 && <b data-tone="good">+{file.addedLines}</b>}{" "}
      {file.removedLines > 0 && <b data-tone="bad">−{file.removedLines}</b>}
    </span>
  );
}

function Hunk({ hunk }: { readonly hunk: DiffHunk }): ReactNode {
  const first = hunk.lines[0];
  return (
    <div className="hunk">
      <p className="hunk-head">
        line {first?.after ?? first?.before} {hunk.heading}
      </p>
      {hunk.lines.map((line, place) => (
        <Line key={place} line={line} />
      ))}
    </div>
  );
}

function Line({ line }: { readonly line: DiffLine }): ReactNode {
  return (
    <div className="diff-line" data-kind={line.kind}>
      <span aria-hidden>{line.before}</span>
      <span aria-hidden>{line.after}</span>
      <span aria-hidden>{marks[line.kind]}</span>
      <code>
        {spoken[line.kind] !== null && <span className="visually-hidden">{spoken[line.kind]}</span>}
        {line.text}
      </code>
    </div>
  );
}
