import { attemptKindWords } from "@omoios/contract/state-words";
import type { AttemptView, TaskView, ValidationView } from "@omoios/contract/http-task";
import { liveAttemptStates, type AttemptState } from "@omoios/domain/attempt/state";
import { BellRing, CircleCheck, CircleDotDashed, CircleX, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { Age } from "../../ui/age.tsx";
import { ageText, clockTime } from "../../ui/ages.ts";
import { CheckRun } from "../../ui/check-run.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Heartbeat } from "../../ui/heartbeat.tsx";
import { attemptLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { stepRound, stepWords } from "./step-words.ts";
import { OutputText } from "../../ui/scrolling.tsx";

interface AttemptsProps {
  readonly task: TaskView;
  readonly selected: number | undefined;
  readonly onSelect: (number: number) => void;
}

/** Every try at the task, the newest on top; the one that is looked at shows its steps. */
export function Attempts({ task, selected, onSelect }: AttemptsProps): ReactNode {
  return (
    <section className="attempts" aria-labelledby="attempts">
      <h2 id="attempts" className="section-title">
        Attempts <span className="count">{task.history.length}</span>
      </h2>
      {task.history.length === 0 && (
        <EmptyState icon={CircleDotDashed} title="Not started">
          {task.needs.length > 0
            ? `It waits for ${task.needs.join(", ")}.`
            : "It starts when a slot is free; the score decides who is first."}
        </EmptyState>
      )}
      <ol>
        {task.history.toReversed().map((attempt) => (
          <li key={attempt.id} className="attempt card" data-selected={attempt.number === selected || undefined}>
            <AttemptHead attempt={attempt} selected={attempt.number === selected} onSelect={onSelect} />
            {attempt.number === selected && <Steps attempt={attempt} />}
            <AttemptEnd attempt={attempt} />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface AttemptHeadProps {
  readonly attempt: AttemptView;
  readonly selected: boolean;
  readonly onSelect: (number: number) => void;
}

function AttemptHead({ attempt, selected, onSelect }: AttemptHeadProps): ReactNode {
  const { number, kind, state, agent, agentState, beatAt, startedAt, endedAt } = attempt;
  const live = isLive(state);
  return (
    <>
      <h3>
        <button type="button" aria-pressed={selected} onClick={() => onSelect(number)}>
          {attemptKindWords[kind]} {number}
        </button>
        <StatusPill look={attemptLooks[state]} />
      </h3>
      <p className="meta attempt-facts">
        {live && state !== "queued" && (
          <Heartbeat agentState={agentState} proving={state === "proving"} beatAt={beatAt} />
        )}
        <span>{agent}</span>
        {startedAt !== null && (
          <span>
            {endedAt === null ? <Age since={startedAt} /> : ageText(Date.parse(endedAt) - Date.parse(startedAt))}
          </span>
        )}
        {startedAt !== null && <span className="aside">{clockTime(startedAt)}</span>}
      </p>
    </>
  );
}

function Steps({ attempt }: { readonly attempt: AttemptView }): ReactNode {
  const live = isLive(attempt.state);
  const last = Math.max(1, ...attempt.steps.map(({ name }) => stepRound(name) ?? 1));
  const shown = attempt.steps.filter(({ name }) => (stepRound(name) ?? last) === last);
  return (
    <ol className="steps" aria-label={`Steps of attempt ${attempt.number}`}>
      {shown.map(({ name, done, startedAt, endedAt }) => {
        const Icon = done ? CircleCheck : live ? CircleDotDashed : CircleX;
        return (
          <li key={name}>
            <Icon className="icon" data-tone={done ? "good" : live ? "live" : "bad"} aria-hidden />
            <span>
              {stepWords(name)}
              {!done && <span className="visually-hidden">{live ? " (under way)" : " (not finished)"}</span>}
            </span>
            <span className="meta aside">
              {done && endedAt !== null && stepTime(Date.parse(endedAt) - Date.parse(startedAt))}
              {!done && live && <Age since={startedAt} />}
            </span>
          </li>
        );
      })}
      {last > 1 && (
        <li className="meta steps-note">
          Round {last}: in each round before, the branch had moved on or a merge was sent back.
        </li>
      )}
    </ol>
  );
}

function stepTime(ms: number): string {
  return ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : ageText(ms);
}

/** How an attempt ended and what the next one was told; what the watcher did; why a merge was not taken. */
function AttemptEnd({ attempt }: { readonly attempt: AttemptView }): ReactNode {
  const { feedback, reason, progress, interventions, validations, candidates } = attempt;
  const conflicts = candidates.filter((candidate) => candidate.reason !== null);
  return (
    <div className="attempt-end">
      {isLive(attempt.state) && progress !== null && <p className="claim">It says: {progress.message}</p>}
      {reason !== null && <p className="attempt-reason">{reason}</p>}
      {validations.map((validation) => (
        <Validation key={validation.id} validation={validation} />
      ))}
      {conflicts.map(({ commit, state, reason: why }) => (
        <p key={commit} className="meta">
          Merge <code>{commit.slice(0, 7)}</code> {state}: {why}
        </p>
      ))}
      {interventions.map(({ kind, reason: why, createdAt }) => (
        <p key={createdAt} className="intervention">
          <BellRing className="icon" data-tone="watch" aria-hidden />
          <span>
            {kind === "nudge" ? "Nudged" : "Restarted"} {clockTime(createdAt)}
            <span className="meta"> {why}</span>
          </span>
        </p>
      ))}
      {feedback !== null && (
        <details className="feedback">
          <summary>
            <RotateCcw className="icon" aria-hidden /> Sent back with the reason and the output
          </summary>
          <p>{feedback.message}</p>
          <ul>
            {feedback.items.map(({ subject, message, tail }) => (
              <li key={`${subject} ${message}`}>
                <span className="id">{subject}</span> {message}
                {tail !== null && tail.trim() !== "" && <OutputText text={tail.trimEnd()} />}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** What judged the attempt, and what it had run to see for itself. */
function Validation({ validation }: { readonly validation: ValidationView }): ReactNode {
  const { state, model, tokens, usd, reason, commands } = validation;
  return (
    <div>
      <p className="meta">
        Validator {attemptLooks[state].word.toLowerCase()} · {model} · {tokens.toLocaleString("en")} tokens ·{" "}
        {usd === null ? "cost unknown" : `$${usd.toFixed(2)}`}
        {reason !== null && `. ${reason}`}
      </p>
      {commands.map((run) => (
        <CheckRun key={run.name} run={run} at={`asked for by the validator as ${run.name}: ${run.why}`} />
      ))}
    </div>
  );
}

function isLive(state: AttemptState): boolean {
  return liveAttemptStates.some((live) => live === state);
}
