import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@omoios/engine/ports/clock";

const lifetimeMs = 600_000;

/** One-time codes for sign-in links: each works once, within ten minutes, and ends with the process. */
export class SignInCodes {
  readonly #clock: Clock;
  readonly #expiry = new Map<string, Date>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): { readonly code: string; readonly expiresAt: Date } {
    const now = this.#clock.now();
    for (const [digest, expiresAt] of this.#expiry) if (expiresAt <= now) this.#expiry.delete(digest);
    const code = randomBytes(32).toString("base64url");
    const expiresAt = new Date(now.getTime() + lifetimeMs);
    this.#expiry.set(digestOf(code), expiresAt);
    return { code, expiresAt };
  }

  /** True when the code was issued, has not been used and is not too old; it is used up by this. */
  redeem(code: string): boolean {
    const digest = digestOf(code);
    const expiresAt = this.#expiry.get(digest);
    this.#expiry.delete(digest);
    return expiresAt !== undefined && expiresAt > this.#clock.now();
  }
}

function digestOf(code: string): string {
  return createHash("sha256").update(code).digest("base64");
}
