import { readingKindWords, readingList, type ReadingEntry, type ReadingKind } from "@omoios/domain/spec/reading-list";
import type { ReactNode } from "react";
import { LineCounts } from "../diff/diff-file.tsx";
import type { DiffFile } from "../diff/parse-diff.ts";

const careOf = {
  migration: "Look closely",
  access: "Look closely",
  automation: "Look closely",
  dependencies: "Look closely",
  configuration: "Read",
  source: "Read",
  test: "Skim",
  document: "Skim",
  generated: "Skim",
} as const satisfies Record<ReadingKind, string>;
const cares = ["Look closely", "Read", "Skim"] as const;

interface ReadingOrderProps {
  readonly files: readonly DiffFile[];
  readonly selected: string | undefined;
  readonly read: ReadonlySet<string>;
  readonly onSelect: (path: string) => void;
}

/** The files in the order to read them, the riskiest first. */
export function ReadingOrder({ files, selected, read, onSelect }: ReadingOrderProps): ReactNode {
  const entries = readingList(files);
  return (
    <nav className="reading" aria-label="Files in reading order">
      <h2 className="section-title">
        Read in this order{" "}
        <span className="aside">
          {read.size} of {entries.length} read
        </span>
      </h2>
      {cares.map((care) => {
        const group = entries.filter(({ kind }) => careOf[kind] === care);
        if (group.length === 0) return null;
        return (
          <section key={care}>
            <h3>{care}</h3>
            <ol>
              {group.map((entry) => (
                <Row
                  key={entry.path}
                  entry={entry}
                  place={entries.indexOf(entry) + 1}
                  isSelected={entry.path === selected}
                  isRead={read.has(entry.path)}
                  onSelect={onSelect}
                />
              ))}
            </ol>
          </section>
        );
      })}
    </nav>
  );
}

interface RowProps {
  readonly entry: ReadingEntry;
  readonly place: number;
  readonly isSelected: boolean;
  readonly isRead: boolean;
  readonly onSelect: (path: string) => void;
}

function Row({ entry, place, isSelected, isRead, onSelect }: RowProps): ReactNode {
  return (
    <li>
      <button
        type="button"
        className="reading-file"
        aria-current={isSelected || undefined}
        onClick={() => onSelect(entry.path)}
      >
        <span className="count">{place}</span>
        <code>{entry.path}</code>
        <LineCounts file={entry} />
        <span className="meta">
          {entry.status === "modified" ? "" : `${entry.status}, `}
          {readingKindWords[entry.kind]}
          {isRead && ", read"}
        </span>
      </button>
    </li>
  );
}
