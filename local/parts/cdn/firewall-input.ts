import type { Account } from "../../aws/model.ts";
import { number, object, objects, text, texts } from "../../aws/services/fields.ts";
import { IP_SET, requireWebAcl } from "../../aws/services/wafv2/references.ts";
import type { JsonObject } from "../../region/protocol.ts";
import type { Firewall, RateLimit } from "./site.ts";

const DEFAULT_WINDOW = 300;

/** A web ACL's rules by their priority. What only counts, and AWS's own rule groups, let everything through here. */
export function readFirewall(account: Account, webAclArn: string): Firewall {
  const { inputs } = requireWebAcl(account, webAclArn);
  const rules = [...objects(inputs, "rules")].sort(
    (one, other) => (number(one, "priority") ?? 0) - (number(other, "priority") ?? 0),
  );
  const addresses: { readonly ranges: readonly string[]; readonly allow: boolean }[] = [];
  const rates: RateLimit[] = [];
  for (const rule of rules) {
    const action = object(rule, "action") ?? {};
    const [allow, block] = [action["allow"] !== undefined, action["block"] !== undefined];
    const statement = object(rule, "statement") ?? {};
    const set = object(statement, "ipSetReferenceStatement");
    const rate = object(statement, "rateBasedStatement");
    if (set !== undefined && (allow || block)) addresses.push({ ranges: rangesOf(account, set), allow });
    if (rate !== undefined && block) {
      rates.push({
        limit: number(rate, "limit") ?? 0,
        window: number(rate, "evaluationWindowSec") ?? DEFAULT_WINDOW,
        after: addresses.length,
      });
    }
  }
  return { addresses, rates, allow: object(inputs, "defaultAction")?.["block"] === undefined };
}

function rangesOf(account: Account, statement: JsonObject): readonly string[] {
  const arn = text(statement, "arn");
  const set = account.all(IP_SET).find(({ outputs }) => outputs["arn"] === arn);
  return texts(set?.inputs ?? {}, "addresses");
}
