import type { SpecView } from "@omoios/contract/http-spec";
import { DraftingCompass } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../ui/empty-state.tsx";

type DesignView = NonNullable<SpecView["plan"]["design"]>;

/** How it is built: the parts, what passes between them, and what else was possible. */
export function Design({ spec }: { readonly spec: SpecView }): ReactNode {
  const { design } = spec.plan;
  if (design === null) {
    return (
      <EmptyState icon={DraftingCompass} title="No design">
        {spec.size === "full"
          ? "The planner writes it once the requirements stand."
          : `A spec of size ${spec.size} goes without one: its tasks follow from the requirements.`}
      </EmptyState>
    );
  }
  return (
    <div className="design">
      <Section title="Approach">
        <p>{design.approach}</p>
      </Section>
      <Section title="Parts">
        <Components components={design.components} />
      </Section>
      {design.dataModels.length > 0 && (
        <Section title="Data">
          <Facts
            rows={design.dataModels.map(({ name, fields, rules }) => [
              name,
              rules === "" ? fields : `${fields}. ${rules}`,
            ])}
          />
        </Section>
      )}
      {design.endpoints.length > 0 && (
        <Section title="Endpoints">
          <Facts
            rows={design.endpoints.map(({ method, path, does, errors }) => [
              `${method} ${path}`,
              `${does}. Errors: ${errors}`,
            ])}
          />
        </Section>
      )}
      <Section title="When something fails">
        <p>{design.errorHandling}</p>
      </Section>
      <Section title="How it is proven">
        <p>{design.testing}</p>
      </Section>
      {design.security !== "" && (
        <Section title="Security">
          <p>{design.security}</p>
        </Section>
      )}
      {design.decisions.length > 0 && (
        <Section title="Decided">
          <Facts
            rows={design.decisions.map(({ decision, instead, why }) => [decision, `Instead of ${instead}: ${why}`])}
          />
        </Section>
      )}
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section>
      <h2 className="section-title">{title}</h2>
      {children}
    </section>
  );
}

function Components({ components }: Pick<DesignView, "components">): ReactNode {
  return (
    <ul className="card rows">
      {components.map((part) => (
        <li key={part.id} className="design-part">
          <p>
            <code>{part.path}</code> {part.isNew && <span className="meta">new</span>}
            <span className="id aside">{part.requirements.join(", ")}</span>
          </p>
          <p>{part.responsibility}</p>
          {part.interface !== "" && <pre className="output">{part.interface}</pre>}
          {part.uses.length > 0 && <p className="meta">uses {part.uses.join(", ")}</p>}
        </li>
      ))}
    </ul>
  );
}

function Facts({ rows }: { readonly rows: readonly (readonly [name: string, text: string])[] }): ReactNode {
  return (
    <dl className="facts">
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
