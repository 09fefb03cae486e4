import { logPageSchema } from "@omoios/contract/attempt-log";
import { apiPaths } from "@omoios/contract/http";
import { useEffect, useState } from "react";
import { withRecords, type LogLine } from "./log-lines.ts";

interface AttemptLog {
  readonly lines: readonly LogLine[];
  readonly state: "reading" | "following" | "ended" | "broken";
}

const nothing: AttemptLog = { lines: [], state: "reading" };

/** What an attempt printed, as it grows. The browser goes on where it was after a break, by the offset of the last event. */
export function useAttemptLog(attemptId: string): AttemptLog {
  const [log, setLog] = useState(nothing);
  useEffect(() => {
    const source = new EventSource(apiPaths.attemptLogStream(attemptId));
    source.addEventListener("open", () => setLog((was) => ({ ...was, state: "following" })));
    source.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const { records, ended } = logPageSchema.parse(JSON.parse(data));
      setLog((was) => ({ lines: withRecords(was.lines, records), state: ended ? "ended" : "following" }));
      if (ended) source.close();
    });
    source.addEventListener("error", () => {
      const gaveUp = source.readyState === EventSource.CLOSED;
      setLog((was) => ({ ...was, state: gaveUp ? "broken" : "reading" }));
    });
    return () => source.close();
  }, [attemptId]);
  return log;
}
