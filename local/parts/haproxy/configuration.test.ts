import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { configuration, responseBodies, weightsMap } from "./configuration.ts";
import { errorPages } from "./error-pages.ts";
import { conditionAcls } from "./patterns.ts";
import type { Action, Condition, TargetGroup, Topology } from "./topology.ts";
import { weightsEntry } from "./weights.ts";

const ELB = "arn:aws:elasticloadbalancing:eu-central-1:000000000000";
const listener = `${ELB}:listener/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2`;
const group = (name: string): TargetGroup => ({
  arn: `${ELB}:targetgroup/${name}/73e2d6bc24d8a067`,
  port: 3000,
  algorithm: name === "blue" ? "round_robin" : "least_outstanding_requests",
  deregistrationDelay: 30,
  health: {
    path: "/health/ready",
    port: name === "blue" ? undefined : 9000,
    interval: 5,
    timeout: 2,
    healthyThreshold: 2,
    unhealthyThreshold: 4,
    matcher: "200-299",
  },
});
const forward = (...weights: readonly number[]): Action => ({
  kind: "forward",
  groups: weights.map((weight, index) => ({ arn: group(["blue", "green"][index] ?? "").arn, weight })),
});

function topology(actions: readonly Action[], conditions: readonly Condition[] = []): Topology {
  return {
    idleTimeout: 60,
    forwardedFor: "append",
    dropInvalidHeaders: true,
    listeners: [
      {
        arn: listener,
        port: 80,
        rules: [
          ...actions.map((action, index) => ({
            arn: `${listener.replace(":listener/", ":listener-rule/")}/rule${index}`,
            conditions,
            action,
          })),
          {
            arn: listener,
            conditions: [],
            action: { kind: "fixed-response", status: 404, contentType: "text/plain", body: "gone" },
          },
        ],
      },
    ],
    targetGroups: [group("blue"), group("green")],
  };
}

const header: Condition = {
  kind: "header",
  name: "X-Twinstack-Preview",
  values: [{ kind: "wildcard", text: "green-s3cret" }],
};
const path: Condition = { kind: "path", values: [{ kind: "wildcard", text: "/*" }] };

describe("configuration", () => {
  it("is this text", () => {
    const subject: Topology = {
      ...topology([forward(1), forward(90, 10)], []),
      listeners: topology([forward(1), forward(90, 10)]).listeners.map((one) => ({
        ...one,
        rules: one.rules.map((rule, index) => ({ ...rule, conditions: [[header], [path], []][index] ?? [] })),
      })),
    };
    const servers = new Map([[group("blue").arn, [{ address: "10.244.1.7", port: 3000 }]]]);
    expect(configuration(subject, { address: "10.42.0.9", directory: "/lb" }, servers)).toBe(
      readFileSync(join(import.meta.dirname, "configuration.expected.cfg"), "utf8"),
    );
  });

  it("is accepted by HAProxy, with every kind of action and condition and hostile texts", () => {
    const directory = mkdtempSync(join(tmpdir(), "twinstack-configuration-"));
    const site = { address: "127.98.3.1", directory };
    const hostile = `a'b"c\\d#e %[src] \${HOME} $(x) ü*?`;
    const conditions: readonly Condition[] = [
      {
        kind: "header",
        name: "X-Any",
        values: [
          { kind: "wildcard", text: hostile },
          { kind: "regex", text: "^it's|(x)$" },
        ],
      },
      { kind: "host", values: [{ kind: "wildcard", text: "*.example.com" }] },
      { kind: "path", values: [{ kind: "wildcard", text: "/a b/*" }] },
      { kind: "method", values: ["GET", "POST"] },
      { kind: "source", values: ["10.0.0.0/8", "127.0.0.1/32"] },
      {
        kind: "query",
        values: [
          { key: "version", value: "v?" },
          { key: undefined, value: hostile },
        ],
      },
    ];
    const redirect: Action = {
      kind: "redirect",
      status: 301,
      protocol: "HTTPS",
      host: "#{host}",
      port: "443",
      path: `/'100%'/#{path}`,
      query: "#{query}",
    };
    const subject = topology(
      [
        forward(1),
        forward(90, 10),
        redirect,
        { ...redirect, query: `x=#{query}` },
        { kind: "fixed-response", status: 503, contentType: undefined, body: "" },
      ],
      conditions,
    );
    try {
      for (const [name, text] of errorPages()) writeFileSync(join(directory, name), text);
      for (const [file, text] of responseBodies(subject, site)) writeFileSync(file, text);
      writeFileSync(join(directory, "server-state"), "1\n");
      writeFileSync(
        join(directory, "weights.map"),
        [...weightsMap(subject)].map(([key, value]) => `${key} ${value}\n`).join(""),
      );
      writeFileSync(join(directory, "haproxy.cfg"), configuration(subject, site, new Map()));
      // Exits with an error, which throws, for anything it does not accept.
      execFileSync("/usr/sbin/haproxy", ["-c", "-q", "-f", join(directory, "haproxy.cfg")], {
        stdio: "pipe",
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("draws for rules with several groups alone", () => {
    expect(weightsMap(topology([forward(1), forward(90, 10)]))).toEqual(new Map([["rule1", "100:90:100"]]));
  });
});

describe("weightsEntry", () => {
  it.each([
    [[100, 0], "100:100:100"],
    [[0, 100], "100:0:100"],
    [[1, 2, 997], "1000:1:3:1000"],
    [[0, 0], "0:0:0"],
    [[999, 999, 999, 999, 999], "4995:999:1998:2997:3996:4995"],
  ])("writes %j as %s", (weights, entry) => {
    expect(weightsEntry(weights.map((weight, index) => ({ arn: String(index), weight })))).toBe(entry);
  });

  it.each([-1, 1000, 0.5, Number.NaN])("refuses %d", (weight) => {
    expect(() => weightsEntry([{ arn: "blue", weight }])).toThrow(
      `weight ${weight} of blue: write a whole number from 0 to 999`,
    );
  });
});

describe("conditionAcls", () => {
  const pattern = (text: string): RegExp => {
    const acl = conditionAcls({ kind: "path", values: [{ kind: "wildcard", text }] });
    const [, expression = ""] = /^\{ path -m reg '(.*)' \}$/.exec(acl) ?? [];
    return new RegExp(expression);
  };

  it("anchors a wildcard pattern, and takes every other character as it is", () => {
    expect(pattern("/img/*").test("/img/")).toBe(true);
    expect(pattern("/img/*").test("/x/img/a")).toBe(false);
    expect(pattern("/a?c").test("/abc")).toBe(true);
    expect(pattern("/a?c").test("/ac")).toBe(false);
    expect(pattern("/a.c").test("/abc")).toBe(false);
    expect(pattern("/(x)|'y'").test("/(x)|'y'")).toBe(true);
    expect(pattern("/a\\*b").test("/a*b")).toBe(true);
    expect(pattern("/a\\*b").test("/axb")).toBe(false);
  });

  it("matches hosts, headers and queries in any case", () => {
    expect(conditionAcls({ kind: "host", values: [{ kind: "wildcard", text: "*.Example.com" }] })).toBe(
      "{ req.hdr(host),host_only -i -m reg '^.*\\x2eExample\\x2ecom$' }",
    );
    expect(conditionAcls(header)).toBe("{ req.fhdr(X-Twinstack-Preview) -i -m reg '^green-s3cret$' }");
    expect(
      conditionAcls({
        kind: "query",
        values: [
          { key: "version", value: "v1" },
          { key: undefined, value: "*x" },
        ],
      }),
    ).toBe("{ query -i -m reg '(?:^|&)version=v1(?:&|$)' '(?:^|&)(?:[^&=]*=)?[^&]*x(?:&|$)' }");
  });
});
