import { isIP } from "node:net";

/** Where a request comes from, as far as it can be known. */
export interface AddressSource {
  /** The other end of the connection; undefined when it is gone. */
  readonly socketAddress: string | undefined;
  /** X-Forwarded-For as it came: whoever sends it may have written anything into it. */
  readonly forwardedFor: string | undefined;
}

/**
 * Whom a request is counted under: an IPv4 address, or the /64 of an IPv6 address, which is what one line or machine is given. Behind
 * `trustedProxies` proxies, each of which adds the address it got the request from, it is the one that the outermost of them added.
 */
export function clientAddress({ socketAddress = "", forwardedFor }: AddressSource, trustedProxies: number): string {
  const socket = networkOf(socketAddress) ?? "unknown";
  if (trustedProxies === 0 || forwardedFor === undefined) return socket;
  const hops = forwardedFor.split(",");
  const claimed = hops.at(-Math.min(trustedProxies, hops.length));
  return networkOf(withoutPort(claimed!.trim())) ?? socket;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]+)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}

function networkOf(address: string): string | null {
  const [bare = ""] = address.split("%");
  switch (isIP(bare)) {
    case 4:
      return bare;
    case 6:
      return networkOfIpv6(bare);
    default:
      return null;
  }
}

function networkOfIpv6(address: string): string {
  const groups = groupsOf(address);
  // A socket that listens on both kinds sees 192.0.2.1 as ::ffff:c000:201.
  if (groups.slice(0, 6).every((group, index) => group === (index === 5 ? 0xffff : 0))) {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join(".");
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // A URL writes it in its one normal form: in hexadecimal, one run of zeros left out.
  const [start = "", end] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const numbers = (text: string): number[] => (text === "" ? [] : text.split(":").map((group) => parseInt(group, 16)));
  const [first, last] = [numbers(start), numbers(end ?? "")];
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
}
