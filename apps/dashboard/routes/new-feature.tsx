import type { SpecCreated } from "@omoios/contract/http-spec";
import { useState, type ReactNode } from "react";
import { FeatureForm } from "../features/new/feature-form.tsx";
import { Planning } from "../features/new/planning.tsx";
import { Page } from "../features/shell/page.tsx";
import "../styles/spec.css";
import "../styles/new-feature.css";

/** Asks for a feature, and shows how its plan is made. */
export function NewFeaturePage(): ReactNode {
  const [created, setCreated] = useState<readonly SpecCreated[]>([]);
  return (
    <Page title="New feature">
      <h1 className="visually-hidden">New feature</h1>
      <div className="new-feature">
        <FeatureForm key={created.length} onCreated={(made) => setCreated((before) => [made, ...before])} />
        {created.map((each) => (
          <Planning key={each.spec.id} created={each} />
        ))}
      </div>
    </Page>
  );
}
