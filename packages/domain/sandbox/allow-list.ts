/** A place set-up may reach. */
export interface AllowedHost {
  /** In lower case; `*.example.com` stands for every name below example.com. */
  readonly host: string;
  readonly port: number;
  /** True when the person's own configuration puts it where only this machine or network reaches. */
  readonly mayBePrivate: boolean;
}

const address = /^(?<host>(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(?<port>\d{1,5}))?$/i;
const literal = /^(?:\d{1,3}(?:\.\d{1,3}){3}|localhost|.*:.*)$/;

/**
 * Reads `host`, `host:port`, `*.host` or `[v6]:port`; without a port it is 443. Null when it is none of them. An address
 * written as a number was meant as it stands; a name may be pointed anywhere by whoever owns it.
 */
export function parseAllowedHost(text: string): AllowedHost | null {
  const { host, port } = address.exec(text.trim())?.groups ?? {};
  const number = Number(port ?? 443);
  if (host === undefined || number < 1 || number > 65_535) return null;
  const plain = host.replace(/^\[|\]$/g, "").toLowerCase();
  return { host: plain, port: number, mayBePrivate: literal.test(plain) };
}

/** The entry that lets a connection through; null when none does. */
export function findAllowed(
  list: readonly AllowedHost[],
  wanted: { readonly host: string; readonly port: number },
): AllowedHost | null {
  const host = wanted.host.toLowerCase().replace(/\.$/, "");
  const fits = (entry: AllowedHost): boolean =>
    entry.port === wanted.port &&
    (entry.host.startsWith("*.") ? host.endsWith(entry.host.slice(1)) : entry.host === host);
  // Of two entries for one place, the one that trusts it more was written for it.
  return list.find((entry) => fits(entry) && entry.mayBePrivate) ?? list.find(fits) ?? null;
}
