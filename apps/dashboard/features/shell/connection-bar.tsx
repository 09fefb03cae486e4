import { CloudOff, RefreshCw } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useLive } from "../../live/live-store.ts";

/** Says when the page does not hear from the server, and what it made up for; nothing while all is well. */
export function ConnectionBar(): ReactNode {
  const connection = useLive(({ connection: now }) => now);
  return (
    <output className="connection">
      {connection.kind === "lost" && (
        <p data-kind="lost">
          <CloudOff className="icon" aria-hidden />
          <span>
            Connection lost. Agents keep working. <RetryIn at={connection.retryAt} />
          </span>
        </p>
      )}
      {connection.kind === "caught-up" && (
        <p data-kind="back">
          <RefreshCw className="icon" aria-hidden />
          <span>
            Back. {connection.events} {connection.events === 1 ? "event" : "events"} caught up.
          </span>
        </p>
      )}
    </output>
  );
}

/** Counts down; read out once, not every second. */
function RetryIn({ at }: { readonly at: number }): ReactNode {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden>Trying again in {Math.max(0, Math.ceil((at - now) / 1000))} s</span>;
}
