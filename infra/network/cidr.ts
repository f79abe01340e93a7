/** An IPv4 range. `base` is an unsigned 32-bit integer; `prefix` counts the network's bits. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

/** Reads `a.b.c.d/n`. Undefined when it is not an IPv4 range; host bits are kept, see `networkAddress`. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  return { base: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, prefix };
}

/** As `parseCidr`, for text that the config has checked; throws a RangeError otherwise. */
export function mustParseCidr(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new RangeError(`${text} is not an IPv4 range such as 10.0.0.0/16`);
  return cidr;
}

export function formatCidr(cidr: Cidr): string {
  const octet = (shift: number): number => (cidr.base >>> shift) & 255;
  return `${octet(24)}.${octet(16)}.${octet(8)}.${octet(0)}/${cidr.prefix}`;
}

/** How many addresses the range holds. */
export function size(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

/** The range with its host bits cleared. */
export function networkAddress(cidr: Cidr): Cidr {
  return { base: cidr.base - (cidr.base % size(cidr)), prefix: cidr.prefix };
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return (
    inner.prefix >= outer.prefix &&
    networkAddress({ base: inner.base, prefix: outer.prefix }).base === networkAddress(outer).base
  );
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a);
}

/** The `index`-th of the 2^`bits` equal parts of a range. Throws a RangeError when there is no such part. */
export function part(cidr: Cidr, bits: number, index: number): Cidr {
  const prefix = cidr.prefix + bits;
  if (prefix > 32 || index < 0 || index >= 2 ** bits) {
    throw new RangeError(`${formatCidr(cidr)} has no part ${index} of ${2 ** bits}`);
  }
  return { base: networkAddress(cidr).base + index * 2 ** (32 - prefix), prefix };
}

/** The private ranges of RFC 1918. */
export const PRIVATE_RANGES: readonly string[] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

export function isPrivate(cidr: Cidr): boolean {
  return PRIVATE_RANGES.some((range) => contains(mustParseCidr(range), cidr));
}
