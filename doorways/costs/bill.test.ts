import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../checkout.ts";
import { everyProgram } from "../program-inputs.ts";
import type { Resource } from "../../local/explain/explained.ts";
import { billOf, fixedLines, unknownTypes, type Bill } from "./bill.ts";
import { FIXED } from "./fixed.ts";
import { priceOf, prices } from "./prices.ts";
import { BY_USE, FREE } from "./unpriced-types.ts";

const BILLED = ["staging", "prod"] as const;

let resources: readonly Resource[];
let bills: Readonly<Record<(typeof BILLED)[number], Bill>>;
beforeAll(async () => {
  resources = await everyProgram(checkout);
  const bill = (environment: (typeof BILLED)[number]): Bill =>
    billOf(
      environment,
      resources.filter((each) => each.environment === environment),
    );
  bills = { staging: bill("staging"), prod: bill("prod") };
});

describe("every type our programs make", () => {
  it("has a line, or a reason to have none", () => {
    // Listed is what has neither: add it to fixed.ts, or to unpriced-types.ts.
    expect(unknownTypes(resources)).toEqual([]);
  });

  it("is in one table, and no table has another", () => {
    const types = [FIXED, BY_USE, FREE].flatMap((table) => Object.keys(table));
    expect([...types].sort()).toEqual([...new Set(resources.map(({ type }) => type))].sort());
  });

  it("is named when it has no line", () => {
    const queue = { type: "aws:sqs/queue:Queue", name: "jobs", inputs: {} };
    expect(() => fixedLines([queue])).toThrow(/^doorways\/costs has no line for aws:sqs\/queue:Queue: say/);
  });

  it("is refused where only another of its kind is free", () => {
    const service = (type?: string) => ({
      type: "kubernetes:core/v1:Service",
      name: "api",
      inputs: { spec: type === undefined ? {} : { type } },
    });
    expect(fixedLines([service(), service("ClusterIP")])).toEqual([]);
    expect(() => fixedLines([service("LoadBalancer")])).toThrow(/^api: a Service of this type/);
  });

  it("costs no more by being there with every option of the configuration", () => {
    const of = (environment: string) =>
      fixedLines(resources.filter((each) => each.environment === environment));
    expect(of("option")).toEqual(of("prod"));
  });
});

describe("a bill", () => {
  it("adds up: every line to the cent, and what is not priced by itself", () => {
    for (const { fixed, use } of Object.values(bills)) {
      for (const { lines, usd, elsewhereUsd } of [fixed, use]) {
        const sum = (of: (line: (typeof lines)[number]) => number | undefined) =>
          lines.reduce((total, each) => total + (of(each) ?? 0), 0);
        expect(usd).toBeCloseTo(
          sum((each) => each.usd),
          6,
        );
        expect(elsewhereUsd).toBeCloseTo(
          sum((each) => each.elsewhereUsd),
          6,
        );
        expect(
          lines.filter((each) => (each.usd === undefined) === (each.elsewhereUsd === undefined)),
        ).toEqual([]);
      }
    }
  });

  it.each([
    ["staging", "NAT gateways", 730, 37.96],
    ["prod", "NAT gateways", 2190, 113.88],
    ["prod", "cluster: control plane", 730, 73],
    ["prod", "database-primary: gp3 storage, Multi-AZ", 200, 27.4],
    ["prod", "database-replica-2: gp3 storage", 100, 13.7],
    ["staging", "network-endpoint-ecr-api", 2190, 26.28],
    ["prod", "Keys", 5, 5],
    ["prod", "database-primary: db.m7g.large, Multi-AZ", 1460, undefined],
    ["staging", "cache-queue: cache.t4g.small, valkey", 1460, undefined],
  ] as const)("of %s has %s: %d, %s USD", (environment, what, quantity, usd) => {
    expect(bills[environment].fixed.lines.filter((each) => each.what === what)).toMatchObject([
      { quantity, usd },
    ]);
  });
});

describe("the price table", () => {
  it("says of every price what, in what, when noted and where to check", () => {
    for (const { dimension, unit, region, noted, page, figure, elsewhere } of Object.values(prices)) {
      expect([dimension, unit, region].filter((text) => text === "")).toEqual([]);
      expect(noted).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[\w/-]+\/pricing\//);
      expect([figure, elsewhere].filter((one) => one !== undefined)).toHaveLength(1);
      expect((figure ?? elsewhere)?.usd).toBeGreaterThan(0);
    }
  });

  it("holds what the bills use, and nothing else", () => {
    const used = Object.values(bills).flatMap(({ fixed, use }) => [...fixed.lines, ...use.lines]);
    expect([...new Set(used.map(({ price }) => price))].sort()).toEqual(Object.keys(prices).sort());
  });

  it("names what it does not hold", () => {
    expect(() => priceOf("rds.db.x9.large")).toThrow(
      /^no price is noted for rds\.db\.x9\.large: add it to doorways\/costs/,
    );
  });
});

/** What the components' Cost sections say is what is computed here. */
describe("the docstring", () => {
  const source = (path: string): string =>
    readFileSync(join(checkout, path), "utf8").replace(/\n \*\s+/g, " ");
  const sum = (environment: (typeof BILLED)[number], prefix: RegExp): number =>
    bills[environment].fixed.lines
      .filter(({ price }) => prefix.test(price))
      .reduce((total, { usd, elsewhereUsd }) => total + (usd ?? elsewhereUsd ?? 0), 0);

  it.each(BILLED)("of the database has its sum in %s", (environment) => {
    const secrets = 3 * 0.4;
    const together = (sum(environment, /^rds\./) + secrets).toFixed(2);
    expect(source("infra/database/database.ts")).toContain(`Together ${together}`);
  });

  it("of observability has the alarms of prod", () => {
    const metrics = bills.prod.fixed.lines.find(({ price }) => price === "alarm.metrics");
    expect(source("infra/observability/observability.ts")).toContain(
      `= ${metrics?.quantity}, which is ${metrics?.elsewhereUsd?.toFixed(2)}. A dashboard 3.00`,
    );
  });

  it.each([
    ["infra/edge/cdn.ts", "Requests by https 0.012 a 10,000", "0.012", "cloudfront.requests", 10_000],
    ["infra/edge/cdn.ts", "traffic to viewers 0.085 a GB", "0.085", "cloudfront.bytes", 1],
    ["infra/edge/cdn.ts", "web ACL 5, three rules 3 × 1", "5", "waf.acl", 1],
    ["infra/edge/cdn.ts", "requests 0.60 a million", "0.60", "waf.requests", 1_000_000],
    ["infra/edge/access-logs.ts", "60 GB × 0.0245 USD", "0.0245", "s3.storage", 1],
    ["infra/edge/access-logs.ts", "PUT requests (0.0054 USD a thousand)", "0.0054", "s3.puts", 1000],
  ])("of %s says %s", (path, words, said, key, units) => {
    expect(words).toContain(said);
    expect(source(path)).toContain(words);
    expect(Number(said)).toBeCloseTo((priceOf(key).figure?.usd ?? 0) * units, 9);
  });
});

it("docs/costs.md is what the command writes", () => {
  const script = join(checkout, "doorways/costs/write.ts");
  const args = ["--disable-warning=ExperimentalWarning", script, "--check"];
  execFileSync(process.execPath, args, { stdio: "pipe" });
});
