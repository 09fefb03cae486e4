import type { SpecSummary } from "@omoios/contract/http-spec";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";

interface SpecLinkProps {
  readonly spec: Pick<SpecSummary, "label" | "project">;
  readonly button?: "lamp" | "outline";
  readonly children: ReactNode;
}

/** The way to a spec; a label alone may mean one of several projects. */
export function SpecLink({ spec, button, children }: SpecLinkProps): ReactNode {
  const link = (
    <Link to="/specs/$spec" params={{ spec: spec.label }} search={{ project: spec.project.name }}>
      {children}
    </Link>
  );
  if (button === undefined) return link;
  return (
    <Button asChild variant={button}>
      {link}
    </Button>
  );
}
