import { useQuery } from "@tanstack/react-query";
import { ShieldOff } from "lucide-react";
import type { ReactNode } from "react";
import { statusQuery } from "../../api/queries.ts";

/** On every page, for as long as sandboxes hold back less than they should; nothing otherwise. */
export function IsolationBar(): ReactNode {
  const sandbox = useQuery(statusQuery).data?.sandbox;
  if (sandbox === undefined || sandbox.isolation === "full") return null;
  return (
    <div className="connection" role="note">
      <p>
        <ShieldOff className="icon" aria-hidden />
        <span>
          <strong>{sandbox.isolation === "none" ? "No isolation" : "Partial isolation"}</strong>
          {sandbox.reason === null ? "" : `: ${sandbox.reason}`}
        </span>
      </p>
    </div>
  );
}
