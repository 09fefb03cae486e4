import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";

interface NewFeatureLinkProps {
  readonly children?: ReactNode;
}

/** The way to ask for a feature, from pages that list them. */
export function NewFeatureLink({ children = "New feature" }: NewFeatureLinkProps): ReactNode {
  return (
    <Button asChild className="header-action">
      <Link to="/new" search={{}}>
        <Plus className="icon" aria-hidden /> {children}
      </Link>
    </Button>
  );
}
