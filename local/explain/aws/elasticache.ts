import type { ExplainTable } from "../classification.ts";

const REDIS = "Redis";
const FILTER = "nftables in its hosts' namespaces";
const RECORDED = "recorded: nobody reads it here";

export const elasticache: ExplainTable = {
  "aws:elasticache/parameterGroup:ParameterGroup": {
    enforced: {
      [REDIS]: ["parameters.name", "parameters.value"],
      "the model refuses a group of another version": ["family"],
    },
    stored: { [RECORDED]: ["description", "tags"] },
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    enforced: {
      [REDIS]: ["authToken", "numCacheClusters", "parameterGroupName", "port", "subnetGroupName"],
      [FILTER]: ["securityGroupIds"],
      "Debian's Redis; versions other than 7 are refused": ["engineVersion"],
      "Redis's memory, a sixteenth of the type's": ["nodeType"],
      "region: a replica takes over; replicas without it are refused": ["automaticFailoverEnabled"],
      "Redis; false is refused": ["transitEncryptionEnabled"],
    },
    stored: {
      [RECORDED]: ["description", "tags"],
      "Redis stands in for Valkey too": ["engine"],
      "nodes are spread over zones either way; two zones must be there": ["multiAzEnabled"],
      "recorded: nothing is encrypted at rest; the key must exist": ["atRestEncryptionEnabled", "kmsKeyId"],
      "recorded: nothing is written into log groups; the group must exist": [
        "logDeliveryConfigurations.destination",
        "logDeliveryConfigurations.destinationType",
        "logDeliveryConfigurations.logFormat",
        "logDeliveryConfigurations.logType",
      ],
      "recorded: no event is sent; the topic must exist": ["notificationTopicArn"],
      "recorded: no snapshot is taken": ["snapshotRetentionLimit", "snapshotWindow"],
      "nothing waits for a window": ["maintenanceWindow"],
    },
    inert: { "every change is made at once": ["applyImmediately"] },
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    enforced: { "Redis: places for nodes": ["subnetIds"] },
    stored: { [RECORDED]: ["description", "tags"] },
  },
};
