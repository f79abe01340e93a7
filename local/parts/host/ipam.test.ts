import { parseCidr } from "../../cidr.ts";
import { allocateAddress } from "./ipam.ts";

describe("allocateAddress", () => {
  const range = parseCidr("10.42.128.0/28");

  it("keeps AWS's first four addresses and the last one", () => {
    const taken = new Set<string>();
    for (let i = 0; i < 11; i++) taken.add(allocateAddress("subnet-1", range, taken));
    expect([...taken]).toEqual(Array.from({ length: 11 }, (_, i) => `10.42.128.${4 + i}`));
    expect(() => allocateAddress("subnet-1", range, taken)).toThrow(
      "InsufficientFreeAddressesInSubnet: subnet-1 (10.42.128.0/28) has no free address; give the subnet a larger cidrBlock",
    );
  });

  it("gives a freed address again", () => {
    expect(allocateAddress("subnet-1", range, new Set(["10.42.128.4", "10.42.128.6"]))).toBe("10.42.128.5");
  });
});
