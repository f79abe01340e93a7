import type { ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text } from "../fields.ts";
import { isArn, numberIn, oneOf } from "../rules.ts";
import { requireSubnet, requireVpc } from "./references.ts";

const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
const FLOW_LOG_DOC = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html";

/** The format AWS writes when none is asked for. */
const DEFAULT_FORMAT = [
  "version",
  "account-id",
  "interface-id",
  "srcaddr",
  "dstaddr",
  "srcport",
  "dstport",
  "protocol",
  "packets",
  "bytes",
  "start",
  "end",
  "action",
  "log-status",
]
  .map((field) => `\${${field}}`)
  .join(" ");

const destination: Rule = {
  source: FLOW_LOG_DOC,
  check(inputs) {
    const failures = [];
    if (inputs["logDestination"] === undefined) {
      failures.push({
        property: "logDestination",
        reason: "is required; write the ARN of a log group or bucket",
      });
    }
    if (inputs["logDestinationType"] === "cloud-watch-logs" && inputs["iamRoleArn"] === undefined) {
      failures.push({
        property: "iamRoleArn",
        reason: 'is required when logDestinationType is "cloud-watch-logs"',
      });
    }
    if (inputs["trafficType"] === undefined) {
      failures.push({ property: "trafficType", reason: "is required; write ACCEPT, REJECT or ALL" });
    }
    return failures;
  },
};

export const flowLog: ResourceModel = {
  type: FLOW_LOG,
  defaults: { logDestinationType: "cloud-watch-logs" },
  notModelled: [
    "deliverCrossAccountRole",
    "destinationOptions",
    "eniId",
    "regionalNatGatewayId",
    "tagFieldSpecifications",
    "transitGatewayAttachmentId",
    "transitGatewayId",
  ],
  rules: [
    oneOf("trafficType", ["ACCEPT", "REJECT", "ALL"], FLOW_LOG_DOC),
    oneOf("logDestinationType", ["cloud-watch-logs", "s3", "kinesis-data-firehose"], FLOW_LOG_DOC),
    numberIn("maxAggregationInterval", [60, 600], FLOW_LOG_DOC),
    isArn("iamRoleArn", FLOW_LOG_DOC),
    isArn("logDestination", FLOW_LOG_DOC),
    destination,
  ],
  create(inputs, account) {
    const vpcId = text(inputs, "vpcId");
    const subnetId = text(inputs, "subnetId");
    if (vpcId !== undefined) requireVpc(account, vpcId);
    if (subnetId !== undefined) requireSubnet(account, subnetId);
    const same = ["vpcId", "subnetId", "logDestination", "trafficType"];
    const twin = account.all(FLOW_LOG).some((log) => same.every((key) => log.inputs[key] === inputs[key]));
    if (twin) {
      throw new AwsError(
        "FlowLogAlreadyExists",
        "Error. There is an existing Flow Log with the same configuration and log destination.",
      );
    }
    const id = account.newId("fl");
    return {
      id,
      outputs: {
        arn: account.arn("ec2", `vpc-flow-log/${id}`, text(inputs, "region")),
        logFormat: text(inputs, "logFormat") ?? DEFAULT_FORMAT,
      },
    };
  },
};
