import { apiPaths } from "@omoios/contract/http";
import { maxRequestLength, specCreatedSchema, type SpecCreated } from "@omoios/contract/http-spec";
import { specSizes, type SpecSize } from "@omoios/domain/spec/state";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { tell } from "../../api/ask.ts";
import { projectsQuery } from "../../api/project-queries.ts";
import { Button } from "../../ui/button.tsx";
import { formText, submitting } from "../../ui/form-text.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

const sizes = {
  direct: {
    word: "Quick",
    hint: "One call makes one task. For one small change; it starts once the plan is approved.",
  },
  light: { word: "Light", hint: "Requirements and tasks in one call. For a feature of a few parts." },
  full: {
    word: "Full spec",
    hint: "Explores, asks, writes requirements and a design, then tasks. You approve before any code is written.",
  },
} as const satisfies Record<SpecSize, { readonly word: string; readonly hint: string }>;

/** A request as the server takes it, without what only tests and scripts say. */
interface Asked {
  readonly request: string;
  readonly repository: string;
  readonly base: string | null;
  readonly size: SpecSize;
  readonly agent: string | null;
  readonly model: string | null;
  readonly budget: { readonly usd: number; readonly tokens: null } | null;
  readonly yes: boolean;
}

/** Describes a feature and where it belongs; only the description and the repository have to be said. */
export function FeatureForm({ onCreated }: { readonly onCreated: (created: SpecCreated) => void }): ReactNode {
  const [size, setSize] = useState<SpecSize>("full");
  // The same key until something was created: a request that is sent twice after a break is one spec.
  const key = useRef(newKey());
  const text = useId();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (asked: Asked) => tell(apiPaths.specs, specCreatedSchema, { body: asked, idempotencyKey: key.current }),
    onSuccess: async (created) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["specs"] }),
        queries.invalidateQueries({ queryKey: ["status"] }),
      ]);
      onCreated(created);
    },
    // A refusal is the answer to this content; another content needs a key of its own.
    onError: () => {
      key.current = newKey();
    },
  });
  return (
    <form className="form feature" onSubmit={submitting((form) => create.mutate(askedOf(form, size)))}>
      <label htmlFor={text} className="page-title">
        What should be built?
      </label>
      <textarea
        id={text}
        name="request"
        className="input feature-text"
        rows={6}
        onKeyDown={submitOnCommandEnter}
        required
        maxLength={maxRequestLength}
        placeholder="Add user settings with email preferences. One-click unsubscribe must work without signing in."
      />
      <SizeChoice size={size} onChoose={setSize} />
      <Repository />
      <Options />
      {create.isError && <ProblemNotice error={create.error} what="The feature was not asked for" />}
      <div className="form-foot">
        <Button type="submit" variant="ink" disabled={create.isPending}>
          {create.isPending ? "Looking at the repository" : "Plan it"}
          <kbd aria-hidden>Ctrl ⏎</kbd>
        </Button>
      </div>
    </form>
  );
}

interface SizeChoiceProps {
  readonly size: SpecSize;
  readonly onChoose: (size: SpecSize) => void;
}

function SizeChoice({ size, onChoose }: SizeChoiceProps): ReactNode {
  return (
    <fieldset className="feature-size">
      <legend>Size</legend>
      <div className="segmented">
        {specSizes.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={size === name}
            data-state={size === name ? "on" : "off"}
            onClick={() => onChoose(name)}
          >
            {sizes[name].word}
          </button>
        ))}
      </div>
      <p className="hint">{sizes[size].hint}</p>
    </fieldset>
  );
}

function Repository(): ReactNode {
  const { data } = useQuery(projectsQuery);
  const [repository, setRepository] = useState("");
  const id = useId();
  const projects = data?.items ?? [];
  return (
    <div className="form">
      <label htmlFor={id}>Repository</label>
      {projects.length > 0 && (
        <div className="choices">
          {projects.map(({ id: project, name, source }) => (
            <button
              key={project}
              type="button"
              className="chip"
              title={source}
              aria-pressed={repository === source}
              onClick={() => setRepository(source)}
            >
              {name}
            </button>
          ))}
        </div>
      )}
      <input
        id={id}
        name="repository"
        className="input mono"
        required
        value={repository}
        onChange={(event) => setRepository(event.target.value)}
        placeholder="/home/you/project"
        autoComplete="off"
        spellCheck={false}
        aria-describedby={`${id}-hint`}
      />
      <p id={`${id}-hint`} className="hint">
        Path of a git repository on the server’s machine. It is only read; uncommitted files are left out.
      </p>
    </div>
  );
}

function Options(): ReactNode {
  return (
    <details className="feature-more">
      <summary>Branch, agent, model, budget</summary>
      <div className="feature-options">
        <Field name="base" label="Build on branch" placeholder="the one checked out" />
        <Field name="agent" label="Agent" placeholder="the configured one" />
        <Field name="model" label="Planner’s model" placeholder="the configured one" />
        <Field name="usd" label="Budget in US dollars" placeholder="the configured one" numeric />
      </div>
      <label className="tick">
        <input type="checkbox" name="yes" />
        <span>Approve the plan without asking me</span>
      </label>
    </details>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  readonly numeric?: boolean;
}

function Field({ name, label, placeholder, numeric = false }: FieldProps): ReactNode {
  const id = useId();
  return (
    <div className="form">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        className="input"
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        {...(numeric ? { type: "number", min: 0.01, max: 1_000_000, step: 0.01 } : {})}
      />
    </div>
  );
}

function askedOf(form: FormData, size: SpecSize): Asked {
  const optional = (name: string): string | null => formText(form, name).trim() || null;
  const usd = optional("usd");
  return {
    request: formText(form, "request"),
    repository: formText(form, "repository").trim(),
    base: optional("base"),
    size,
    agent: optional("agent"),
    model: optional("model"),
    budget: usd === null ? null : { usd: Number(usd), tokens: null },
    yes: form.get("yes") !== null,
  };
}

/** Not `randomUUID`, which a page has only over https or on the server's own machine. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function submitOnCommandEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
}
