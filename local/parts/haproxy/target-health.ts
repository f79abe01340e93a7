import type { ServerStatus } from "./server-status.ts";
import type { TargetRecord } from "./target-store.ts";

/** ELBv2 API reference, TargetHealth. */
export interface TargetHealth {
  readonly state: "initial" | "healthy" | "unhealthy" | "draining" | "unused";
  readonly reason?:
    | "Elb.RegistrationInProgress"
    | "Elb.InitialHealthChecking"
    | "Target.ResponseCodeMismatch"
    | "Target.Timeout"
    | "Target.FailedHealthChecks"
    | "Target.NotInUse"
    | "Target.NotRegistered"
    | "Target.DeregistrationInProgress";
  readonly description?: string;
}

export const NOT_REGISTERED: TargetHealth = {
  state: "unused",
  reason: "Target.NotRegistered",
  description: "Target is not registered to the target group",
};
export const NOT_IN_USE: TargetHealth = {
  state: "unused",
  reason: "Target.NotInUse",
  description: "Target group is not configured to receive traffic from the load balancer",
};

/** `server` is the target's in the checked backend; undefined while HAProxy does not know it yet. */
export function targetHealth(record: TargetRecord, server: ServerStatus | undefined): TargetHealth {
  if (record.drainingSince !== undefined) {
    return {
      state: "draining",
      reason: "Target.DeregistrationInProgress",
      description: "Target deregistration is in progress",
    };
  }
  // Until it is let out of draining it is being added: HAProxy calls it up before any check.
  if (server === undefined || server.draining || server.maintenance) {
    return {
      state: "initial",
      reason: "Elb.RegistrationInProgress",
      description: "Target registration is in progress",
    };
  }
  if (server.operational === "up") return { state: "healthy" };
  if (!record.passed && (server.check === "" || server.check === "INI" || server.check === "L7OK")) {
    return {
      state: "initial",
      reason: "Elb.InitialHealthChecking",
      description: "Initial health checks in progress",
    };
  }
  return { state: "unhealthy", ...failure(server) };
}

function failure(server: ServerStatus): Pick<TargetHealth, "reason" | "description"> {
  if (server.check === "L7STS" && server.checkCode !== undefined) {
    return {
      reason: "Target.ResponseCodeMismatch",
      description: `Health checks failed with these codes: [${server.checkCode}]`,
    };
  }
  if (server.check.endsWith("TOUT")) return { reason: "Target.Timeout", description: "Request timed out" };
  return { reason: "Target.FailedHealthChecks", description: "Health checks failed" };
}
