import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** An address that leads to no page. */
export function NotFound(): ReactNode {
  return (
    <main className="page page-alone">
      <EmptyState
        icon={Compass}
        title="There is nothing at this address"
        action={
          <Button asChild>
            <Link to="/">Home</Link>
          </Button>
        }
      >
        It may have been mistyped, or belong to another version.
      </EmptyState>
    </main>
  );
}
