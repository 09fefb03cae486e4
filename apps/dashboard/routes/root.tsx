import { Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Toasts } from "../ui/toasts.tsx";

/** What is around every page. */
export function Root(): ReactNode {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  );
}
