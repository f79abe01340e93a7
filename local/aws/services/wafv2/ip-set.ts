import { randomUUID } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";

import type { ResourceModel, Rule } from "../../model.ts";
import { text } from "../fields.ts";
import { generatedName } from "../names.ts";
import { longest, matches, oneOf } from "../rules.ts";
import { checkDuplicate, checkScope, inUse, IP_SET, scopeRule, wafArn, WEB_ACL } from "./references.ts";
import { ipSetsOf } from "./statements.ts";

const DOC = "https://docs.aws.amazon.com/waf/latest/APIReference/API_IPSet.html";

/** WAF takes every range but /0. */
const addresses: Rule = {
  source: DOC,
  check(inputs) {
    const value = inputs["addresses"];
    const six = inputs["ipAddressVersion"] === "IPV6";
    if (!Array.isArray(value)) return [];
    return (value as readonly unknown[]).flatMap((item, index) => {
      if (typeof item !== "string") return [];
      const [address = "", prefix = ""] = item.split("/");
      const known = six ? isIPv6(address) : isIPv4(address);
      const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : 0;
      if (known && length >= 1 && length <= (six ? 128 : 32)) return [];
      const example = six ? "2001:db8::/32" : "192.0.2.0/24";
      return [
        { property: `addresses[${index}]`, reason: `must be a range such as ${example}, got "${item}"` },
      ];
    });
  },
};

export const ipSet: ResourceModel = {
  type: IP_SET,
  autoname: { property: "name", maxLength: 128 },
  rules: [
    scopeRule,
    matches("name", /^[\w-]{1,128}$/, "1 to 128 letters, digits, - and _", DOC),
    longest("description", 256, DOC),
    oneOf("ipAddressVersion", ["IPV4", "IPV6"], DOC),
    addresses,
  ],
  create(inputs, account) {
    checkScope(inputs, account);
    const name = generatedName(inputs);
    checkDuplicate(account, IP_SET, name, inputs);
    const id = randomUUID();
    return {
      id,
      outputs: {
        arn: wafArn(account, "ipset", name, id, inputs),
        lockToken: randomUUID(),
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
      },
    };
  },
  update: () => ({ lockToken: randomUUID() }),
  canDelete({ outputs }, account) {
    const arn = text(outputs, "arn") ?? "";
    if (account.all(WEB_ACL).some(({ inputs }) => ipSetsOf(inputs).includes(arn))) throw inUse();
  },
};
