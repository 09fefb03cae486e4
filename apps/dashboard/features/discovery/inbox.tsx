import type { DiscoveryView } from "@omoios/contract/http-discovery";
import { useQuery } from "@tanstack/react-query";
import { Telescope } from "lucide-react";
import { useState, type ReactNode } from "react";
import { inboxQuery } from "../../api/discovery-queries.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { DecideDialog } from "./decide-dialog.tsx";

/** What agents came upon beside their work and nobody has decided about; nothing waits for it, so it is never gold. */
export function Inbox(): ReactNode {
  const { data, error, refetch } = useQuery(inboxQuery);
  const [deciding, setDeciding] = useState<DiscoveryView | null>(null);
  if (data === undefined && error !== null)
    return <ProblemNotice error={error} what="The inbox could not be read" onRetry={() => void refetch()} />;
  const found = data?.items ?? [];
  return (
    <>
      {found.length > 0 && (
        <section className="card" aria-labelledby="inbox">
          <header>
            <h2 id="inbox">Found on the way</h2>
            <span className="count">{found.length}</span>
            <span className="aside">no work waits for these</span>
          </header>
          <ul className="rows">
            {found.map((discovery) => (
              <InboxRow key={discovery.id} discovery={discovery} onDecide={() => setDeciding(discovery)} />
            ))}
          </ul>
        </section>
      )}
      {deciding !== null && <DecideDialog discovery={deciding} onClose={() => setDeciding(null)} />}
    </>
  );
}

interface InboxRowProps {
  readonly discovery: DiscoveryView;
  readonly onDecide: () => void;
}

function InboxRow({ discovery, onDecide }: InboxRowProps): ReactNode {
  const { label, title, foundAt, spec, reason, reports } = discovery;
  return (
    <li className="need">
      <Telescope className="icon" aria-hidden />
      <div>
        <h3>
          {title} <span className="id">{label}</span>
        </h3>
        <p className="meta">
          <span>
            by the agent of {foundAt}, {spec}
          </span>
          {reports > 1 && <span>reported {reports} times</span>}
          {reason !== null && <span>{reason}</span>}
        </p>
      </div>
      <Button onClick={onDecide}>
        Decide<span className="visually-hidden"> about {label}</span>
      </Button>
    </li>
  );
}
