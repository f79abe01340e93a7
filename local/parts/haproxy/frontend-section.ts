import { failOpenName } from "./backend-section.ts";
import { conditionAcls } from "./patterns.ts";
import { bodyFile, errorFile, weightsFile } from "./site.ts";
import type { Site } from "./site.ts";
import { backendName, draws, ruleKey } from "./topology.ts";
import type { Action, Listener, Rule, Topology, WeightedGroup } from "./topology.ts";

const TRACE = `1-%[date,hex,lower,bytes(8,8)]-${"%[rand,hex,lower,bytes(8,8)]".repeat(3)}`;
const NO_GROUP = "!{ var(txn.group) -m found }";

/** The first rule whose conditions hold decides; it answers itself or draws a target group, and that group's backend serves. */
export function frontend(
  listener: Listener,
  topology: Topology,
  site: Site,
): [name: string, lines: readonly string[]] {
  const { rules } = listener;
  return [
    `frontend listener-${listener.port}`,
    [
      `bind ${site.address}:${listener.port}`,
      // ALB speaks HTTP/2 over TLS alone.
      "option disable-h2-upgrade",
      "http-request set-var(txn.begin) date(0,ms)",
      ...(topology.dropInvalidHeaders ? ["http-request del-header '[^A-Za-z0-9-]' -m reg"] : []),
      ...requestHeaders(listener.port, topology.forwardedFor),
      ...rules.map(matching),
      ...rules.flatMap(({ arn, action }) => answering(arn, action, listener.port, site)),
      ...drawing(rules, site),
      `http-request return status 503 errorfile ${errorFile(site, "503.http")} if ${NO_GROUP}`,
      ...groupsOf(rules).flatMap(({ arn }) => {
        const name = backendName(arn);
        const chosen = `{ var(txn.group) -m str ${name} }`;
        return [
          `use_backend ${name} if ${chosen} { nbsrv(${name}) gt 0 }`,
          // A worker that a reload left behind counts no servers: last requests go to the healthy ones it knows.
          `use_backend ${name} if ${chosen} { stopping }`,
          `use_backend ${failOpenName(arn)} if ${chosen}`,
        ];
      }),
    ],
  ];
}

/** ELB user guide, "HTTP headers and Application Load Balancers" and "Request tracing". */
function requestHeaders(port: number, forwardedFor: Topology["forwardedFor"]): readonly string[] {
  const xff = {
    append: ["option forwardfor"],
    preserve: [],
    remove: ["http-request del-header X-Forwarded-For"],
  }[forwardedFor];
  const traced = "{ req.hdr(X-Amzn-Trace-Id) -m found }";
  return [
    ...xff,
    "http-request set-header X-Forwarded-Proto http",
    `http-request set-header X-Forwarded-Port ${port}`,
    `http-request set-var-fmt(txn.trace) ${TRACE}`,
    "http-request set-header X-Amzn-Trace-Id" +
      ` "Self=%[var(txn.trace)];%[req.fhdr(X-Amzn-Trace-Id),regsub(Self=[^;]*;?,)]" if ${traced}`,
    `http-request set-header X-Amzn-Trace-Id Root=%[var(txn.trace)] if !${traced}`,
  ];
}

function matching(rule: Rule): string {
  const conditions = ["!{ var(txn.rule) -m found }", ...rule.conditions.map(conditionAcls)];
  return `http-request set-var(txn.rule) str(${ruleKey(rule.arn)}) if ${conditions.join(" ")}`;
}

/** Lines of an action that the balancer answers itself; the first header is ALB's own. */
function answering(ruleArn: string, action: Action, port: number, site: Site): readonly string[] {
  const server = "hdr Server awselb/2.0";
  if (action.kind === "fixed-response") {
    const type = action.contentType ?? "text/plain";
    const content =
      action.body === "" ? "" : ` content-type '${type}; charset=utf-8' file ${bodyFile(site, ruleArn)}`;
    return [`http-request return status ${action.status}${content} ${server} if ${decided(ruleArn)}`];
  }
  if (action.kind === "redirect") {
    const start = `http-request return status ${action.status} content-type text/html file ${bodyFile(site, ruleArn)} ${server}`;
    const location = `${action.protocol.toLowerCase()}://${action.host}:${action.port}${action.path}`;
    const plain = `${start} hdr Location ${template(location, port)} if ${decided(ruleArn)}`;
    if (action.query === "") return [plain];
    const query = `${start} hdr Location ${template(`${location}?${action.query}`, port)} if ${decided(ruleArn)}`;
    return action.query === "#{query}" ? [`${query} { query -m len gt 0 }`, plain] : [query];
  }
  return [];
}

/** ELBv2 API reference, RedirectActionConfig: the reserved keywords. What is not plain is written as text, never as format. */
function template(text: string, port: number): string {
  const keywords: Readonly<Record<string, string>> = {
    "#{protocol}": "http",
    "#{host}": "%[req.hdr(host),host_only]",
    "#{port}": String(port),
    "#{path}": "%[path,regsub(^/,)]",
    "#{query}": "%[query]",
  };
  const format = text
    .split(/(#\{(?:protocol|host|port|path|query)\})/)
    .map((piece) => keywords[piece] ?? piece.replaceAll("%", "%%"))
    .join("");
  return `'${format.replaceAll("'", "'\\''")}'`;
}

function drawing(rules: readonly Rule[], site: Site): readonly string[] {
  const weighted = rules.filter(draws);
  const most = Math.max(
    0,
    ...weighted.map(({ action }) => (action.kind === "forward" ? action.groups.length : 0)),
  );
  const shares = Array.from({ length: most }, (_, index) => index + 1);
  const prepare =
    most === 0
      ? []
      : [
          `http-request set-var(txn.weights) var(txn.rule),map(${weightsFile(site)})`,
          "http-request set-var(txn.sum) var(txn.weights),field(1,:),add(0)",
          "http-request set-var(txn.draw) rand,mod(txn.sum)",
          ...shares.map(
            (share) =>
              `http-request set-var(txn.share${share}) var(txn.weights),field(${share + 1},:),add(0)`,
          ),
        ];
  return [
    ...prepare,
    ...rules.flatMap((rule) => {
      if (rule.action.kind !== "forward") return [];
      return rule.action.groups.map(({ arn }, index) => {
        const set = `http-request set-var(txn.group) str(${backendName(arn)}) if ${decided(rule.arn)}`;
        return draws(rule)
          ? `${set} ${NO_GROUP} { var(txn.draw),sub(txn.share${index + 1}) -m int lt 0 }`
          : set;
      });
    }),
  ];
}

function decided(ruleArn: string): string {
  return `{ var(txn.rule) -m str ${ruleKey(ruleArn)} }`;
}

/** Each group once, in the order of its first use. */
function groupsOf(rules: readonly Rule[]): readonly WeightedGroup[] {
  const groups = rules.flatMap(({ action }) => (action.kind === "forward" ? action.groups : []));
  return groups.filter((group, index) => groups.findIndex(({ arn }) => arn === group.arn) === index);
}
