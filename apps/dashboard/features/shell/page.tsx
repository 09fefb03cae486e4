import { Link } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import { ThemeToggle } from "./theme-toggle.tsx";

/** A page above this one; a spec is named by its id. */
export type Crumb =
  { readonly label: string; readonly to: "/" | "/specs" } | { readonly label: string; readonly spec: string };

interface PageProps {
  /** Of the page, for the browser tab and the last crumb. */
  readonly title: string;
  /** Where the page hangs, the nearest last. */
  readonly above?: readonly Crumb[];
  /** The one thing one comes here to do. */
  readonly action?: ReactNode;
  /** The page lays itself out to the edges and scrolls its own panes. */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** A page: its header, and one thing that scrolls. */
export function Page({ title, above = [], action, fill = false, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · OmoiOS`;
  }, [title]);
  return (
    <>
      <header className="header">
        <nav className="crumbs" aria-label="Where this is">
          {above.map((crumb) => (
            <CrumbLink key={crumb.label} crumb={crumb} />
          ))}
          <span aria-current="page">{title}</span>
        </nav>
        <ThemeToggle />
        {action}
      </header>
      <main id="main" className={fill ? "page page-fill" : "page"} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function CrumbLink({ crumb }: { readonly crumb: Crumb }): ReactNode {
  if ("to" in crumb) {
    return (
      <Link to={crumb.to} activeOptions={{ exact: true }}>
        {crumb.label}
      </Link>
    );
  }
  return (
    <Link to="/specs/$spec" params={{ spec: crumb.spec }} activeOptions={{ exact: true }}>
      {crumb.label}
    </Link>
  );
}
