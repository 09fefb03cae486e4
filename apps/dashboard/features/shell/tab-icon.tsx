import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { statusQuery } from "../../api/queries.ts";
import failed from "../../icons/failed.svg";
import quiet from "../../icons/quiet.svg";
import working from "../../icons/working.svg";
import you from "../../icons/you.svg";

/** The tab as a status light: it is gold only when something waits for the person. */
export function TabIcon(): null {
  const { data } = useQuery(statusQuery);
  const standings = data?.running ?? [];
  const hasFailed = data?.specs.some(({ status }) => status === "failed") ?? false;
  const icon = standings.some(({ needs }) => needs.length > 0)
    ? you
    : standings.some(({ spec }) => spec.status !== "in_review")
      ? working
      : hasFailed
        ? failed
        : quiet;
  useEffect(() => {
    document.querySelector("link[rel=icon]")?.setAttribute("href", icon);
  }, [icon]);
  return null;
}
