import { BlockList, isIPv4 } from "node:net";

const special = new BlockList();
const networks: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  ["::", 128],
  ["::1", 128],
  // Addresses of the other family in disguise: a translator on the way would take them to where the last bits say.
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
];
for (const [network, prefix] of networks) special.addSubnet(network, prefix, isIPv4(network) ? "ipv4" : "ipv6");

/** True for an address that means this machine, its own network, or no single machine at all. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  return special.check(plain, isIPv4(plain) ? "ipv4" : "ipv6");
}
