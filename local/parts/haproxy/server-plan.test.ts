import { phase, planServers } from "./server-plan.ts";
import { parseServerStatus } from "./server-status.ts";
import type { ServerStatus } from "./server-status.ts";
import { targetHealth } from "./target-health.ts";
import type { TargetRecord } from "./target-store.ts";
import type { TargetGroup } from "./topology.ts";

const LAG = { register: 1000, deregister: 1000, rules: 500 };
const NOW = 100_000;
const group: TargetGroup = {
  arn: "arn:aws:elasticloadbalancing:eu-central-1:000000000000:targetgroup/blue/73e2",
  port: 3000,
  algorithm: "round_robin",
  deregistrationDelay: 30,
  health: {
    path: "/",
    port: undefined,
    interval: 5,
    timeout: 2,
    healthyThreshold: 2,
    unhealthyThreshold: 3,
    matcher: "200",
  },
};
const record: TargetRecord = { address: "10.1.0.7", port: 3000, registeredAt: NOW - 1000, passed: false };
const CHECKED = "blue.73e2/10.1.0.7:3000";
const OPEN = "blue.73e2.open/10.1.0.7:3000";
const INITIAL = "blue.73e2.initial/10.1.0.7:3000";

function server(path: string, change: Partial<ServerStatus> = {}): ServerStatus {
  const [backend = "", name = ""] = path.split("/");
  return {
    backend,
    name,
    operational: "up",
    draining: false,
    maintenance: false,
    check: "INI",
    checkCode: undefined,
    sessions: 0,
    ...change,
  };
}
function plan(
  records: readonly TargetRecord[],
  servers: readonly ServerStatus[],
): ReturnType<typeof planServers> {
  return planServers(group, records, servers, LAG, NOW);
}

describe("phase", () => {
  const since = (ago: number): TargetRecord => ({ ...record, drainingSince: NOW - ago });
  it.each([
    [{ ...record, registeredAt: NOW - 999 }, "pending"],
    [record, "serving"],
    [since(999), "serving"],
    [since(1000), "draining"],
    [since(29_999), "draining"],
    [since(30_000), "gone"],
  ])("of %j is %s", (target, expected) => {
    expect(phase(target, group, LAG, NOW)).toBe(expected);
  });
});

describe("planServers", () => {
  it("adds a target down and checked, and to the fail-open and initial backends", () => {
    expect(plan([record], [])).toEqual({
      commands: [
        `add server ${OPEN} 10.1.0.7:3000 pool-max-conn -1 pool-purge-delay 5s`,
        `set server ${OPEN} state ready`,
        `add server ${CHECKED} 10.1.0.7:3000 check inter 5000ms rise 2 fall 3 pool-max-conn -1 pool-purge-delay 5s`,
        `set server ${CHECKED} state drain`,
        `set server ${CHECKED} health down`,
        `enable health ${CHECKED}`,
        `set server ${CHECKED} state ready`,
        `add server ${INITIAL} 10.1.0.7:3000 check inter 500ms rise 1 fall 1`,
        `enable health ${INITIAL}`,
        `set server ${INITIAL} state ready`,
      ],
      added: ["10.1.0.7:3000"],
      passed: [],
    });
  });

  it("calls it healthy when its first check has passed, and stops the initial checks", () => {
    const down = server(CHECKED, { operational: "down" });
    expect(plan([record], [down, server(OPEN), server(INITIAL, { check: "L7STS" })]).commands).toEqual([]);
    expect(plan([record], [down, server(OPEN), server(INITIAL, { check: "L7OK" })])).toEqual({
      commands: [`set server ${CHECKED} health up`],
      added: [],
      passed: ["10.1.0.7:3000"],
    });
    expect(
      plan([{ ...record, passed: true }], [server(CHECKED), server(OPEN), server(INITIAL, { check: "L7OK" })])
        .commands,
    ).toEqual([`set server ${INITIAL} state maint`, `del server ${INITIAL}`]);
  });

  it("does nothing when all is as it should be, and leaves a failed target to its checks", () => {
    expect(plan([{ ...record, passed: true }], [server(CHECKED), server(OPEN)]).commands).toEqual([]);
    expect(
      plan(
        [{ ...record, passed: true }],
        [server(CHECKED, { operational: "down", check: "L7STS" }), server(OPEN)],
      ).commands,
    ).toEqual([]);
  });

  it("drains, waits for what is in flight, then removes; after the delay it cuts off", () => {
    const draining = { ...record, passed: true, drainingSince: NOW - 2000 };
    expect(plan([draining], [server(CHECKED, { sessions: 1 }), server(OPEN)]).commands).toEqual([
      `set server ${CHECKED} state drain`,
      `set server ${OPEN} state drain`,
    ]);
    expect(plan([draining], [server(CHECKED, { draining: true, sessions: 1 })]).commands).toEqual([]);
    expect(plan([draining], [server(CHECKED, { draining: true })]).commands).toEqual([
      `set server ${CHECKED} state maint`,
      `del server ${CHECKED}`,
    ]);
    expect(
      plan([{ ...draining, drainingSince: NOW - 30_000 }], [server(CHECKED, { draining: true, sessions: 1 })])
        .commands,
    ).toEqual([
      `shutdown sessions server ${CHECKED}`,
      `set server ${CHECKED} state maint`,
      `del server ${CHECKED}`,
    ]);
  });

  it("takes a draining server back, and touches no other group's", () => {
    const other = server("green.73e2/10.1.0.7:3000", { draining: true });
    expect(
      plan(
        [{ ...record, passed: true }],
        [server(CHECKED, { draining: true }), server(OPEN, { draining: true }), other],
      ).commands,
    ).toEqual([`set server ${OPEN} state ready`, `set server ${CHECKED} state ready`]);
  });
});

describe("targetHealth", () => {
  const down = (check: string, checkCode?: number): ServerStatus =>
    server(CHECKED, { operational: "down", check, checkCode });
  it.each([
    [record, undefined, "initial", "Elb.RegistrationInProgress"],
    [record, server(CHECKED, { draining: true }), "initial", "Elb.RegistrationInProgress"],
    [record, down("INI"), "initial", "Elb.InitialHealthChecking"],
    [record, server(CHECKED), "healthy", undefined],
    [{ ...record, passed: true }, down("L7TOUT"), "unhealthy", "Target.Timeout"],
    [{ ...record, passed: true }, down("L4CON"), "unhealthy", "Target.FailedHealthChecks"],
    [record, down("L7STS", 503), "unhealthy", "Target.ResponseCodeMismatch"],
    [{ ...record, drainingSince: NOW }, server(CHECKED), "draining", "Target.DeregistrationInProgress"],
  ])("of %j with %j is %s %s", (target, status, state, reason) => {
    const health = targetHealth(target, status);
    expect([health.state, health.reason]).toEqual([state, reason]);
  });
});

it("reads HAProxy's own tables", () => {
  const state = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
3 blue.73e2 1 10.1.0.7:3000 10.1.0.7 2 8 1 1 2 15 3 3 6 0 0 0 - 3000 - 0 0 - - 0
3 blue.73e2 2 10.1.0.8:3000 10.1.0.8 0 0 1 1 0 1 0 0 6 0 0 0 - 3000 - 0 0 - - 0`;
  const stat = `# pxname,svname,qcur,qmax,scur,status,check_status,check_code,
blue.73e2,10.1.0.7:3000,0,0,4,DRAIN,L7OK,200,
blue.73e2,10.1.0.8:3000,0,0,0,DOWN,* L7STS,503,`;
  expect(parseServerStatus([state, stat])).toEqual([
    server(CHECKED, { draining: true, check: "L7OK", checkCode: 200, sessions: 4 }),
    server("blue.73e2/10.1.0.8:3000", { operational: "down", check: "L7STS", checkCode: 503 }),
  ]);
});
