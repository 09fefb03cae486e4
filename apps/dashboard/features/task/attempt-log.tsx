import type { AttemptView } from "@omoios/contract/http-task";
import { ArrowDown, ScrollText } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { clockTime } from "../../ui/ages.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { keptLines, type LogLine } from "./log-lines.ts";
import { useAttemptLog } from "./use-attempt-log.ts";
import { Scroller } from "../../ui/scrolling.tsx";

interface AttemptLogProps {
  readonly task: string;
  readonly attempt: AttemptView;
}

/** What an attempt printed, live; it stays at the end until the person scrolls away from it. */
export function AttemptLog({ task, attempt }: AttemptLogProps): ReactNode {
  const { lines, state } = useAttemptLog(attempt.id);
  const { box, follows, toEnd, onScroll } = useFollowing(lines);
  if (state === "broken" && lines.length === 0) {
    return (
      <EmptyState icon={ScrollText} title="The log cannot be read">
        On the server’s machine: <code>omoios task logs {task}</code>
      </EmptyState>
    );
  }
  if (lines.length === 0) {
    const ended = state === "ended";
    return (
      <EmptyState icon={ScrollText} title={ended ? "It printed nothing" : "Nothing printed yet"}>
        {ended ? "The agent and its checks left no output." : "Output appears here as the agent works."}
      </EmptyState>
    );
  }
  const live = state === "following" && attempt.endedAt === null;
  return (
    <div className="log">
      <Scroller ref={box} className="log-lines" label="Output" onScroll={onScroll}>
        {lines.length >= keptLines && (
          <p className="meta">
            Only the newest {keptLines} lines. All of them: <code>omoios task logs {task}</code>
          </p>
        )}
        {lines.map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </Scroller>
      {!follows && (
        <Button className="log-end" size="small" onClick={toEnd}>
          <ArrowDown className="icon" aria-hidden /> {live ? "Follow" : "To the end"}
        </Button>
      )}
    </div>
  );
}

function Line({ line: { at, source, text } }: { readonly line: LogLine }): ReactNode {
  return (
    <p className="log-line" data-source={source}>
      <time dateTime={at}>{clockTime(at)}</time>
      <span>{source}</span>
      <code>{text}</code>
    </p>
  );
}

interface Following {
  readonly box: RefObject<HTMLElement | null>;
  readonly follows: boolean;
  readonly toEnd: () => void;
  readonly onScroll: () => void;
}

const nearEndPx = 40;

function useFollowing(lines: readonly LogLine[]): Following {
  const box = useRef<HTMLElement>(null);
  const [follows, setFollows] = useState(true);
  const toEnd = (): void => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
    setFollows(true);
  };
  const onScroll = (): void => {
    const element = box.current;
    if (element !== null) setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx);
  };
  useEffect(() => {
    if (follows && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, follows]);
  return { box, follows, toEnd, onScroll };
}
