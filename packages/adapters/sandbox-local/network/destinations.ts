import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { findAllowed, type AllowedHost } from "@omoios/domain/sandbox/allow-list";
import { isPrivateAddress } from "./private-address.ts";

/** A place that may be connected to, and the address that was checked for it. */
export interface Destination {
  readonly place: string;
  readonly address: string;
  readonly port: number;
}

export interface Decision {
  readonly place: string;
  readonly verdict: string;
  readonly isRefusal: boolean;
}

/** Decides which places are reached, and at which address. */
export class Destinations {
  readonly #allowed: readonly AllowedHost[];
  readonly #tell: (decision: Decision) => void;

  constructor(allowed: readonly AllowedHost[], tell: (decision: Decision) => void) {
    this.#allowed = allowed;
    this.#tell = tell;
  }

  /** Where `host:port` is, or why it is not reached. */
  async find(asked: string): Promise<Destination | string> {
    const [, bracketed, plain, port] =
      /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):(\d{1,5})$/i.exec(asked.slice(0, 300)) ?? [];
    const host = (bracketed ?? plain)?.toLowerCase();
    if (host === undefined) return "That is no host and port";
    const wanted = { host, port: Number(port) };
    const place = `${host.includes(":") ? `[${host}]` : host}:${String(wanted.port)}`;
    const allowed = findAllowed(this.#allowed, wanted);
    if (allowed === null) return this.#refuse(place, "refused: it is not on the allow list");
    const address = await this.#resolve(host);
    if (address === null) return this.#refuse(place, "refused: its name cannot be resolved");
    if (isPrivateAddress(address) && !allowed.mayBePrivate)
      return this.#refuse(place, `refused: its name leads to ${address}, inside this network`);
    this.#tell({ place, verdict: `allowed (${address})`, isRefusal: false });
    return { place, address, port: wanted.port };
  }

  async #resolve(host: string): Promise<string | null> {
    if (isIP(host) !== 0) return host;
    try {
      return (await lookup(host)).address;
    } catch {
      return null; // Whatever the resolver had to say, the answer is that there is no address.
    }
  }

  #refuse(place: string, verdict: string): string {
    this.#tell({ place, verdict, isRefusal: true });
    return `${place} ${verdict}`;
  }
}
