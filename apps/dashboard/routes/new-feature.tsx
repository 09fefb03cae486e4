import type { SpecCreated } from "@omoios/contract/http-spec";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { FeatureForm } from "../features/new/feature-form.tsx";
import { Planning } from "../features/new/planning.tsx";
import { NewFeatureLink } from "../features/shell/new-feature-link.tsx";
import { Page } from "../features/shell/page.tsx";
import "../styles/spec.css";
import "../styles/new-feature.css";

const route = getRouteApi("/_dashboard/new");

/** Asks for a feature, then shows how its plan is made; the address names the spec, so that it outlives a reload. */
export function NewFeaturePage(): ReactNode {
  const { spec } = route.useSearch();
  const navigate = route.useNavigate();
  const [created, setCreated] = useState<SpecCreated | null>(null);
  const begin = (made: SpecCreated): void => {
    setCreated(made);
    void navigate({ to: ".", search: { spec: made.spec.id } });
  };
  return (
    <Page
      title="New feature"
      action={spec === undefined ? undefined : <NewFeatureLink>Another feature</NewFeatureLink>}
    >
      <h1 className="visually-hidden">New feature</h1>
      <div className="new-feature">
        {spec === undefined ? (
          <FeatureForm onCreated={begin} />
        ) : (
          <Planning specId={spec} created={created?.spec.id === spec ? created : null} />
        )}
      </div>
    </Page>
  );
}
