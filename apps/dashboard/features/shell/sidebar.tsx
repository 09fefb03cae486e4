import { apiPaths } from "@omoios/contract/http";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookOpenText, House, Layers, LogOut, SquarePen, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { post } from "../../api/ask.ts";
import { statusQuery } from "../../api/queries.ts";
import { useLive } from "../../live/live-store.ts";
import { setSession } from "../../live/session.ts";
import { Button } from "../../ui/button.tsx";
import { Logo } from "../../ui/logo.tsx";

/** The way around: beside the page, and below it on a phone. */
export function Sidebar(): ReactNode {
  const { data } = useQuery(statusQuery);
  const needs = (data?.running ?? []).reduce((sum, standing) => sum + standing.needs.length, 0);
  const open = data?.running.length ?? 0;
  return (
    <aside className="sidebar" aria-label="OmoiOS">
      <Link to="/" className="brand">
        <Logo lit={needs > 0} />
        <span>OmoiOS</span>
      </Link>
      <nav aria-label="Pages">
        <NavLink to="/" icon={House} label="Home" count={needs} lit />
        <NavLink to="/new" icon={SquarePen} label="New feature" count={0} />
        <NavLink to="/specs" icon={Layers} label="Specs" count={open} />
        <a className="nav" href="/docs">
          <BookOpenText className="icon" aria-hidden />
          <span>API</span>
        </a>
      </nav>
      <SidebarFoot />
    </aside>
  );
}

interface NavLinkProps {
  readonly to: "/" | "/new" | "/specs";
  readonly icon: LucideIcon;
  readonly label: string;
  readonly count: number;
  /** The count is of things that wait for the person. */
  readonly lit?: boolean;
}

function NavLink({ to, icon: Icon, label, count, lit = false }: NavLinkProps): ReactNode {
  return (
    <Link to={to} className="nav" activeOptions={{ exact: to === "/" }}>
      <Icon className="icon" aria-hidden />
      <span>{label}</span>
      {count > 0 && (
        <b data-lit={lit || undefined}>
          {count}
          <span className="visually-hidden">{lit ? " waiting for you" : " open"}</span>
        </b>
      )}
    </Link>
  );
}

const connectionWords = { connecting: "Connecting", live: "Live", lost: "Offline", "caught-up": "Live" } as const;

function SidebarFoot(): ReactNode {
  const { data } = useQuery(statusQuery);
  const kind = useLive(({ connection }) => connection.kind);
  const signOut = useMutation({
    mutationFn: () => post(apiPaths.signOut),
    onSuccess: () => setSession("signed-out"),
  });
  return (
    <div className="sidebar-foot">
      {data !== undefined && (
        <p className="slots">
          <span>Agents</span>
          <span className="mono">
            {data.slots.held} of {data.slots.total}
          </span>
        </p>
      )}
      <div className="row">
        <span className="live-state" data-kind={kind}>
          <i aria-hidden />
          {connectionWords[kind]}
        </span>
        <span className="version">{data?.version}</span>
        <Button
          variant="ghost"
          size="icon"
          aria-label="Sign out"
          disabled={signOut.isPending}
          onClick={() => signOut.mutate()}
        >
          <LogOut className="icon" aria-hidden />
        </Button>
      </div>
    </div>
  );
}
