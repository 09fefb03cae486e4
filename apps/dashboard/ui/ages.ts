import { durationText } from "@omoios/domain/shared/duration";

/** How long something takes so far, in whole seconds while it is short. */
export function ageText(ms: number): string {
  return ms < 1000 ? "0 s" : durationText(Math.floor(ms / 1000) * 1000);
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

/** `07:12` in the person's time zone. */
export function clockTime(at: string | number | Date): string {
  return clock.format(new Date(at));
}

/** `Tue, 14 Oct`. */
export function calendarDay(at: string | number | Date): string {
  return day.format(new Date(at));
}
