import type { ExplainTable } from "../classification.ts";

const HAPROXY = "HAProxy";
const RECORDED = "recorded: nobody reads it here";

export const lb: ExplainTable = {
  "aws:lb/listener:Listener": {
    enforced: {
      [HAPROXY]: [
        "defaultActions.fixedResponse.contentType",
        "defaultActions.fixedResponse.messageBody",
        "defaultActions.fixedResponse.statusCode",
        "defaultActions.type",
        "loadBalancerArn",
        "port",
      ],
      "HAProxy; HTTPS is refused": ["protocol"],
    },
    stored: {
      [RECORDED]: ["tags"],
      "listeners with a certificate (HTTPS) are refused by the part": ["certificateArn", "sslPolicy"],
    },
  },
  "aws:lb/listenerRule:ListenerRule": {
    enforced: {
      [HAPROXY]: [
        "actions.forward.targetGroups.arn",
        "actions.forward.targetGroups.weight",
        "actions.targetGroupArn",
        "actions.type",
        "conditions.httpHeader.httpHeaderName",
        "conditions.httpHeader.values",
        "conditions.pathPattern.values",
        "listenerArn",
        "priority",
      ],
    },
    stored: { [RECORDED]: ["tags"] },
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    enforced: {
      [HAPROXY]: ["dropInvalidHeaderFields", "idleTimeout"],
      "nftables in its host's namespace": ["securityGroups"],
      "HAProxy, in the first of them": ["subnets"],
      "anything but application is refused": ["loadBalancerType"],
      "the model refuses deletion": ["enableDeletionProtection"],
    },
    stored: {
      [RECORDED]: ["tags"],
      "recorded: requests are logged by the CDN alone": [
        "accessLogs.bucket",
        "accessLogs.enabled",
        "accessLogs.prefix",
      ],
      "part of the DNS name; the address is in the VPC either way": ["internal"],
    },
  },
  "aws:lb/targetGroup:TargetGroup": {
    enforced: {
      [HAPROXY]: [
        "deregistrationDelay",
        "healthCheck.healthyThreshold",
        "healthCheck.interval",
        "healthCheck.matcher",
        "healthCheck.path",
        "healthCheck.timeout",
        "healthCheck.unhealthyThreshold",
      ],
      "HAProxy, for targets that are registered without a port": ["port"],
      "HAProxy; anything but HTTP is refused": ["healthCheck.protocol", "protocol"],
      "anything but ip is refused": ["targetType"],
    },
    stored: {
      [RECORDED]: ["tags"],
      "the VPC must exist; addresses of targets are not compared with it": ["vpcId"],
    },
  },
};
