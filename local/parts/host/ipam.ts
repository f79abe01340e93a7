import { formatAddress, formatCidr, size } from "../../cidr.ts";
import type { Cidr } from "../../cidr.ts";

/**
 * The lowest free address of a subnet. AWS keeps the first four and the last one of every subnet:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function allocateAddress(subnetId: string, range: Cidr, taken: ReadonlySet<string>): string {
  for (let offset = 4; offset < size(range) - 1; offset++) {
    const address = formatAddress(range.base + offset);
    if (!taken.has(address)) return address;
  }
  throw new Error(
    `InsufficientFreeAddressesInSubnet: ${subnetId} (${formatCidr(range)}) has no free address; ` +
      `give the subnet a larger cidrBlock`,
  );
}
