import type { ExplainTable } from "../classification.ts";

const RECORDED = "recorded: nobody reads it here";
const NO_IAM = "recorded: whoever has the region's certificate is administrator, IAM is not asked";
const THREE_NODES = "checked; three nodes run whatever it says";
const ADDON = "recorded: metrics-server, CoreDNS and kube-proxy run whether or not they are declared";

export const eks: ExplainTable = {
  "aws:eks/accessEntry:AccessEntry": {
    stored: { [NO_IAM]: ["clusterName", "principalArn", "tags", "type"] },
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    stored: { [NO_IAM]: ["accessScope.type", "clusterName", "policyArn", "principalArn"] },
  },
  "aws:eks/addon:Addon": {
    stored: { [ADDON]: ["addonName", "clusterName", "tags"] },
    inert: { "nothing is installed that could conflict": ["resolveConflictsOnUpdate"] },
  },
  "aws:eks/cluster:Cluster": {
    enforced: {
      "the cluster of this machine": ["name"],
      "kube-apiserver, kube-proxy, CoreDNS": ["kubernetesNetworkConfig.serviceIpv4Cidr"],
      "hosts of control plane and nodes": ["vpcConfig.subnetIds"],
      "anything but 1.34 is refused": ["version"],
      "anything but ipv4 is refused": ["kubernetesNetworkConfig.ipFamily"],
      "the model refuses deletion": ["deletionProtection"],
    },
    stored: {
      [RECORDED]: ["tags"],
      [NO_IAM]: ["accessConfig.authenticationMode"],
      "kube-proxy and CoreDNS always run": ["bootstrapSelfManagedAddons"],
      [THREE_NODES]: ["computeConfig.enabled", "computeConfig.nodePools", "computeConfig.nodeRoleArn"],
      "the controller of target group bindings always runs": [
        "kubernetesNetworkConfig.elasticLoadBalancing.enabled",
      ],
      "checked; there is no storage controller": ["storageConfig.blockStorage.enabled"],
      "recorded: nothing is written into log groups": ["enabledClusterLogTypes"],
      "etcd encrypts Secrets with a key of the region's own": [
        "encryptionConfig.provider.keyArn",
        "encryptionConfig.resources",
      ],
      "checked; no policy of a role is evaluated": ["roleArn"],
      "there is one version": ["upgradePolicy.supportType"],
      "the endpoint is an address in the VPC that this machine alone reaches from outside": [
        "vpcConfig.endpointPrivateAccess",
        "vpcConfig.endpointPublicAccess",
        "vpcConfig.publicAccessCidrs",
      ],
    },
    inert: {
      "there is no IAM identity that creates the cluster": [
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
      ],
      "nobody shifts zones here": ["zonalShiftConfig.enabled"],
    },
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    enforced: {
      "region: its webhook, and the credentials that it gives the account's pods": [
        "clusterName",
        "namespace",
        "roleArn",
        "serviceAccount",
      ],
    },
    stored: { [RECORDED]: ["tags"] },
  },
};
