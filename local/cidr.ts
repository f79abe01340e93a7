/** An IPv4 range: `base` is the network address as a number, `prefix` its length in bits. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

export function parseAddress(text: string): number {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) {
    throw new Error(`"${text}" is not an IPv4 address; write one such as 10.42.0.1`);
  }
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Throws when it is not a range or has host bits set. */
export function parseCidr(text: string): Cidr {
  const [address = "", length = ""] = text.split("/");
  const prefix = /^\d{1,2}$/.test(length) ? Number(length) : NaN;
  if (!(prefix >= 0 && prefix <= 32)) {
    throw new Error(`"${text}" is not an IPv4 range; write one such as 10.42.0.0/16`);
  }
  const base = parseAddress(address);
  const network = base - (base % size({ base, prefix }));
  if (network !== base) {
    throw new Error(`"${text}" has bits set beyond its prefix; write ${formatAddress(network)}/${prefix}`);
  }
  return { base, prefix };
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.base)}/${cidr.prefix}`;
}

/** Number of addresses in the range. */
export function size(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.base < b.base + size(b) && b.base < a.base + size(a);
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.base >= outer.base && inner.base + size(inner) <= outer.base + size(outer);
}

/** As `parseCidr`; undefined where that throws. */
export function tryParseCidr(text: string): Cidr | undefined {
  try {
    return parseCidr(text);
  } catch {
    return undefined;
  }
}

/** The address `offset` places into the range. */
export function addressAt(cidr: Cidr, offset: number): string {
  return formatAddress(cidr.base + offset);
}
