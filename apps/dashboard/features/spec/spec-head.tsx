import type { SpecView } from "@omoios/contract/http-spec";
import type { ReactNode } from "react";
import { ProofCount } from "../../ui/proof-bar.tsx";
import { specLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { proofStates } from "./proof-state.ts";

/** What the spec is and how far it has come, above its tabs. */
export function SpecHead({ spec }: { readonly spec: SpecView }): ReactNode {
  const landed = spec.tasks.filter(({ status }) => status === "complete").length;
  return (
    <div className="spec-head">
      <div className="head-title">
        <h1>{spec.title}</h1>
        <StatusPill look={specLooks[spec.status]} />
      </div>
      {spec.criteria.length === 0 ? (
        spec.request !== spec.title && <p className="spec-request">{spec.request}</p>
      ) : (
        <p className="spec-facts">
          <ProofCount states={proofStates(spec)} />
          {spec.tasks.length > 0 && (
            <span>
              <b>{landed}</b> of {spec.tasks.length} tasks landed
            </span>
          )}
          <span>{spendText(spec)}</span>
        </p>
      )}
    </div>
  );
}

function spendText({ usage }: SpecView): string {
  const tokens = `${new Intl.NumberFormat("en-US").format(usage.tokens)} tokens`;
  return usage.usd === null ? tokens : `$${usage.usd.toFixed(2)}, ${tokens}`;
}
