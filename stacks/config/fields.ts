import { z } from "zod";
import {
  formatCidr,
  isPrivate,
  networkAddress,
  parseCidr,
  PRIVATE_RANGES,
} from "../../infra/network/cidr.ts";

/** A map that takes these keys and no other. */
export function section<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `no such key, use one of ${keys}` : `write a map of ${keys}`,
  });
}

/** A whole number; `what` names it and its unit. */
export function whole(min: number, max: number, what: string): z.ZodInt {
  const error = `write a whole number from ${min} to ${max} (${what})`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export function flag(what: string): z.ZodBoolean {
  return z.boolean({ error: `write true or false (${what})` });
}

/** Text of one form; `instead` says what to write. */
export function text(pattern: RegExp, instead: string): z.ZodString {
  return z.string({ error: instead }).regex(pattern, { error: instead });
}

/** A list without duplicates. */
export function list<Item extends z.ZodType<string>>(
  item: Item,
  min: number,
  max: number,
  instead: string,
): z.ZodArray<Item> {
  return z
    .array(item, { error: instead })
    .min(min, { error: instead })
    .max(max, { error: instead })
    .superRefine((values, context) => {
      values.forEach((value, index) => {
        if (values.indexOf(value) < index) {
          context.addIssue({ code: "custom", path: [index], message: "it is there twice, write each once" });
        }
      });
    });
}

/** An IPv4 range without host bits, from /`minPrefix` to /`maxPrefix`. */
export function range(
  minPrefix: number,
  maxPrefix: number,
  example: string,
  onlyPrivate: boolean,
): z.ZodString {
  const error = `write an IPv4 range such as ${example}`;
  return z.string({ error }).superRefine((value, context) => {
    const message = rangeProblem(value, minPrefix, maxPrefix, example, onlyPrivate);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

function rangeProblem(
  value: string,
  minPrefix: number,
  maxPrefix: number,
  example: string,
  onlyPrivate: boolean,
): string | undefined {
  const cidr = parseCidr(value);
  if (!cidr) return `write an IPv4 range such as ${example}`;
  const network = formatCidr(networkAddress(cidr));
  if (network !== value) return `write the range by its first address, ${network}`;
  if (cidr.prefix < minPrefix || cidr.prefix > maxPrefix) {
    return `write a range from /${minPrefix} to /${maxPrefix}, such as ${example}`;
  }
  if (onlyPrivate && !isPrivate(cidr)) return `write a private range, inside ${PRIVATE_RANGES.join(", ")}`;
  return undefined;
}

/** Days a log group keeps its entries:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function retentionDays(): z.ZodInt {
  const error = `write one of CloudWatch's values: ${RETENTION_DAYS.join(", ")} (days)`;
  return z.int({ error }).refine((days) => RETENTION_DAYS.includes(days), { error });
}
