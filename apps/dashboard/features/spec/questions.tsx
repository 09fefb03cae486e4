import { apiPaths } from "@omoios/contract/http";
import type { QuestionView } from "@omoios/contract/http-plan";
import type { SpecView } from "@omoios/contract/http-spec";
import { useState, type ReactNode } from "react";
import type { Reference } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { formText, submitting } from "../../ui/form-text.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { useSpecCommand } from "./use-spec-command.ts";

interface QuestionsProps {
  readonly spec: SpecView;
  readonly reference: Reference;
}

interface Answers {
  readonly answers: readonly { readonly number: number; readonly answer: string }[];
}

/** What planning has to know before it goes on, each with the answer that is taken when nobody gives one. */
export function Questions({ spec, reference }: QuestionsProps): ReactNode {
  const open = spec.questions.filter(({ answer }) => answer === null);
  const send = useSpecCommand<Answers>(reference, {
    path: apiPaths.specAnswers,
    body: ({ answers }) => ({ answers, acceptRest: true }),
    done: "Answered; planning goes on",
  });
  if (open.length === 0 || spec.status !== "planning") return null;
  const submit = (form: FormData): void =>
    send.mutate({
      answers: open.flatMap(({ number }) => {
        const own = formText(form, `own-${number}`).trim();
        return formText(form, `choice-${number}`) === "own" && own !== "" ? [{ number, answer: own }] : [];
      }),
    });
  return (
    <form onSubmit={submitting(submit)} className="card questions" aria-labelledby="questions">
      <header>
        <i className="lamp-dot" aria-hidden />
        <h2 id="questions">
          {open.length === 1 ? "One question" : `${open.length} questions`} before the requirements are written
        </h2>
      </header>
      {open.map((question) => (
        <Question key={question.number} question={question} />
      ))}
      {send.isError && <ProblemNotice error={send.error} what="The answers did not arrive" />}
      <footer>
        <Button type="submit" variant="lamp" disabled={send.isPending}>
          Answer and go on
        </Button>
      </footer>
    </form>
  );
}

function Question({ question }: { readonly question: QuestionView }): ReactNode {
  const { number, text, why, proposal } = question;
  const [own, setOwn] = useState(false);
  const name = `choice-${number}`;
  return (
    <fieldset className="question">
      <legend>{text}</legend>
      <p className="meta">{why}</p>
      <label className="choice">
        <input type="radio" name={name} value="proposal" checked={!own} onChange={() => setOwn(false)} />
        <span>{proposal}</span>
        <span className="aside">proposed</span>
      </label>
      <label className="choice">
        <input type="radio" name={name} value="own" checked={own} onChange={() => setOwn(true)} />
        <span>Write your own</span>
      </label>
      {own && (
        <input
          className="input"
          name={`own-${number}`}
          aria-label={`Your answer to: ${text}`}
          maxLength={1000}
          required
        />
      )}
    </fieldset>
  );
}
