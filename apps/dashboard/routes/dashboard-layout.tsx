import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isSignedOut } from "../api/api-error.ts";
import { statusQuery } from "../api/queries.ts";
import { ConnectionBar } from "../features/shell/connection-bar.tsx";
import { IsolationBar } from "../features/shell/isolation-bar.tsx";
import { Sidebar } from "../features/shell/sidebar.tsx";
import { TabIcon } from "../features/shell/tab-icon.tsx";
import { LiveUpdates } from "../live/live-updates.tsx";
import { useSession } from "../live/session.ts";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { SignIn } from "./sign-in.tsx";

/** The shell around every page of somebody who is signed in; for anybody else, the way in. */
export function DashboardLayout(): ReactNode {
  const session = useSession(({ state }) => state);
  if (session === "signed-out") return <SignIn />;
  return (
    <>
      <LiveUpdates />
      {session === "unknown" ? <Opening /> : <Shell />}
    </>
  );
}

function Shell(): ReactNode {
  return (
    <div className="app">
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <Sidebar />
      <div className="column">
        <ConnectionBar />
        <IsolationBar />
        <Outlet />
      </div>
      <TabIcon />
    </div>
  );
}

/** Until the server was heard of for the first time. */
function Opening(): ReactNode {
  const { error, refetch } = useQuery({ ...statusQuery, enabled: false });
  if (error === null || isSignedOut(error)) return null;
  return (
    <main className="page page-alone">
      <ProblemNotice error={error} what="The dashboard cannot be shown" onRetry={() => void refetch()} />
    </main>
  );
}
