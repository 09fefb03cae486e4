import type { EventPayload } from "@omoios/contract/events";
import { spell } from "./ages.ts";
import type { Tone } from "./paint.ts";
import { shownAttempt } from "./words.ts";

interface Said {
  readonly tone: Tone;
  readonly text: string;
}

/** What a live log says of a run of a check. */
export function evidenceText(payload: EventPayload<"evidence.recorded">): Said {
  const took = `${payload.command} (${spell(payload.durationMs)})`;
  if (payload.guard) return guardText(payload, took);
  if (payload.subject === "base") {
    return payload.passed
      ? { tone: "watch", text: `${payload.criterion} passes before the work: ${took}` }
      : { tone: "quiet", text: `${payload.criterion} fails before the work, as it should: ${took}` };
  }
  return payload.passed
    ? { tone: "good", text: `${payload.criterion} passes: ${took}` }
    : { tone: "watch", text: `${payload.criterion} fails: ${took}` };
}

/** A criterion about what must stay has nothing to fail for: it holds before the work and is kept by it, or is lost. */
function guardText({ criterion, subject, passed }: EventPayload<"evidence.recorded">, took: string): Said {
  if (subject === "base")
    return passed
      ? { tone: "quiet", text: `${criterion} holds before the work and is to be kept: ${took}` }
      : { tone: "watch", text: `${criterion} is to be kept, but fails before the work: ${took}` };
  return passed
    ? { tone: "good", text: `${criterion} is kept: ${took}` }
    : { tone: "watch", text: `${criterion} is lost, it held before the work: ${took}` };
}

/** What it says of a verdict. */
export function verdictText(payload: EventPayload<"verdict.recorded">): Said {
  if (payload.voidReason !== null)
    return { tone: "watch", text: `Verdict on ${payload.criterion} does not count: ${payload.voidReason}` };
  const confidence = `confidence ${payload.confidence.toFixed(2)}`;
  return payload.met
    ? { tone: "proof", text: `${payload.criterion} met, says the validator (${confidence})` }
    : { tone: "watch", text: `${payload.criterion} not met, says the validator (${confidence})` };
}

/** Verdicts speak for a validation that ends well. */
export function endedBadly({ to }: EventPayload<"validation.moved">): boolean {
  return to === "failed" || to === "lost";
}

/** Tone and words for a change of the validation of an attempt. */
export function validationText(payload: EventPayload<"validation.moved">): readonly [Tone, string] {
  const { number, to, model, reason } = payload;
  const { word, tone } = shownAttempt(to);
  return [tone, `Validator of attempt ${number} (${model}) ${word}${reason === null ? "" : `: ${reason}`}`];
}

/** What it says of a command the validator asked for. */
export function commandRunText({ name, why, exitCode, timedOut }: EventPayload<"command.run">): Said {
  const end = timedOut ? "timed out" : `exit ${exitCode ?? "by signal"}`;
  return { tone: "quiet", text: `The validator tried ${name}: ${why}: ${end}` };
}
