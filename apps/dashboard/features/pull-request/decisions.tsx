import type { SpecView } from "@omoios/contract/http-spec";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { calendarDay, clockTime } from "../../ui/ages.ts";

/** What was decided on the way and by whom, and what had to be tried more than once. */
export function Decisions({ spec }: { readonly spec: SpecView }): ReactNode {
  const { approval, assumptions, questions, tasks } = spec;
  const answered = questions.filter(({ answer }) => answer !== null);
  const retried = tasks.filter(({ attempts }) => attempts > 1);
  return (
    <>
      <section>
        <h2 className="section-title">Decided on the way</h2>
        <ul className="decisions">
          {answered.map(({ number, text, answer, answeredBy }) => (
            <li key={number}>
              <p>{text}</p>
              <p>
                <b>{answer}</b>{" "}
                <span className="meta">{answeredBy === "person" ? "a person" : "taken as proposed"}</span>
              </p>
            </li>
          ))}
          {approval !== null && (
            <li>
              <p>
                The plan was {approval.decision} by {approval.decidedBy === "person" ? "a person" : "policy"}
                {approval.reason !== null && `: ${approval.reason}`}
              </p>
              <p className="meta">
                {calendarDay(approval.decidedAt)}, {clockTime(approval.decidedAt)}
              </p>
            </li>
          )}
          {assumptions.map((assumption) => (
            <li key={assumption}>
              <p>
                {assumption} <span className="meta">assumed</span>
              </p>
            </li>
          ))}
        </ul>
      </section>
      {retried.length > 0 && (
        <section>
          <h2 className="section-title">What went wrong on the way</h2>
          <ul className="decisions">
            {retried.map(({ id, label, title, attempts }) => (
              <li key={id}>
                <Link className="link" to="/tasks/$task" params={{ task: id }}>
                  {label}
                </Link>{" "}
                {title}: attempt {attempts} landed
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
