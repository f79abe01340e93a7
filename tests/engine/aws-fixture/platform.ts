/** A platform in small: every resource type the stand-in models, joined as the real platform joins them. */
export const PLATFORM = `
import * as pulumi from "@pulumi/pulumi";

const zones = aws.getAvailabilityZonesOutput({ state: "available" });
const caller = aws.getCallerIdentityOutput();
const partition = aws.getPartitionOutput();
const region = aws.getRegionOutput();

const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.42.0.0/16", enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: "platform" } });
new aws.ec2.DefaultSecurityGroup("default", { vpcId: vpc.id });
const igw = new aws.ec2.InternetGateway("igw", { vpcId: vpc.id });
const publicTable = new aws.ec2.RouteTable("public", { vpcId: vpc.id });
new aws.ec2.Route("public", { routeTableId: publicTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: igw.id });
const privateTable = new aws.ec2.RouteTable("private", { vpcId: vpc.id });
const subnets = [0, 1].map((index) => {
  const zone = zones.names.apply((names) => names[index]!);
  const open = new aws.ec2.Subnet(\`public-\${index}\`, {
    vpcId: vpc.id, cidrBlock: \`10.42.\${index}.0/24\`, availabilityZone: zone, tags: { "kubernetes.io/role/elb": "1" },
  });
  new aws.ec2.RouteTableAssociation(\`public-\${index}\`, { subnetId: open.id, routeTableId: publicTable.id });
  const closed = new aws.ec2.Subnet(\`private-\${index}\`, { vpcId: vpc.id, cidrBlock: \`10.42.\${index + 128}.0/24\`, availabilityZone: zone });
  new aws.ec2.RouteTableAssociation(\`private-\${index}\`, { subnetId: closed.id, routeTableId: privateTable.id });
  return { open, closed };
});
const eip = new aws.ec2.Eip("nat", { domain: "vpc" });
const nat = new aws.ec2.NatGateway("nat", { allocationId: eip.id, subnetId: subnets[0]!.open.id }, { dependsOn: [igw] });
new aws.ec2.Route("private", { routeTableId: privateTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id });
const privateIds = subnets.map(({ closed }) => closed.id);

const keyPolicy = aws.iam.getPolicyDocumentOutput({
  statements: [
    { sid: "root", actions: ["kms:*"], resources: ["*"], principals: [{ type: "AWS", identifiers: [pulumi.interpolate\`arn:\${partition.partition}:iam::\${caller.accountId}:root\`] }] },
    { sid: "logs", actions: ["kms:Encrypt*", "kms:Decrypt*"], resources: ["*"], principals: [{ type: "Service", identifiers: [pulumi.interpolate\`logs.\${region.region}.amazonaws.com\`] }] },
  ],
});
const key = new aws.kms.Key("key", { description: "all of it", enableKeyRotation: true, deletionWindowInDays: 7 });
const keyGrant = new aws.kms.KeyPolicy("key", { keyId: key.id, policy: keyPolicy.json });
new aws.kms.Alias("key", { name: "alias/platform", targetKeyId: key.id });
const logs = new aws.cloudwatch.LogGroup("eks", { name: "/aws/eks/platform/cluster", retentionInDays: 30, kmsKeyId: key.arn }, { dependsOn: [keyGrant] });

const trust = (service: string) => JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole", "sts:TagSession"] }],
});
const flowRole = new aws.iam.Role("flow", { assumeRolePolicy: trust("vpc-flow-logs.amazonaws.com") });
new aws.iam.RolePolicy("flow", {
  role: flowRole.id,
  policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["logs:PutLogEvents"], Resource: pulumi.interpolate\`\${logs.arn}:*\` }] },
});
new aws.ec2.FlowLog("vpc", { vpcId: vpc.id, trafficType: "ALL", logDestination: logs.arn, iamRoleArn: flowRole.arn, maxAggregationInterval: 60 });
const clusterRole = new aws.iam.Role("cluster", { assumeRolePolicy: trust("eks.amazonaws.com") });
const attachments = ["AmazonEKSClusterPolicy", "AmazonEKSComputePolicy"].map((name) =>
  new aws.iam.RolePolicyAttachment(name, { role: clusterRole.name, policyArn: \`arn:aws:iam::aws:policy/\${name}\` }));
const nodeRole = new aws.iam.Role("node", { assumeRolePolicy: trust("ec2.amazonaws.com") });
const podRole = new aws.iam.Role("pod", { assumeRolePolicy: trust("pods.eks.amazonaws.com") });
const podPolicy = new aws.iam.Policy("pod", { policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "elasticloadbalancing:ModifyRule", Resource: "*" }] }) });
new aws.iam.RolePolicyAttachment("pod", { role: podRole.name, policyArn: podPolicy.arn });

const cluster = new aws.eks.Cluster("platform", {
  name: "platform", roleArn: clusterRole.arn, version: "1.34", bootstrapSelfManagedAddons: false,
  accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
  computeConfig: { enabled: true, nodePools: ["general-purpose", "system"], nodeRoleArn: nodeRole.arn },
  kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
  storageConfig: { blockStorage: { enabled: true } },
  vpcConfig: { subnetIds: privateIds, endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.7/32"] },
  encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] },
  enabledClusterLogTypes: ["api", "audit"],
}, { dependsOn: [logs, ...attachments] });
const entry = new aws.eks.AccessEntry("admin", { clusterName: cluster.name, principalArn: pulumi.interpolate\`arn:aws:iam::\${caller.accountId}:role/admin\` });
new aws.eks.AccessPolicyAssociation("admin", {
  clusterName: cluster.name, principalArn: entry.principalArn, policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", accessScope: { type: "cluster" },
});
new aws.eks.Addon("metrics-server", { clusterName: cluster.name, addonName: "metrics-server" });
new aws.eks.PodIdentityAssociation("pod", { clusterName: cluster.name, namespace: "rollout", serviceAccount: "guard", roleArn: podRole.arn });

const albGroup = new aws.ec2.SecurityGroup("alb", { vpcId: vpc.id });
const prefixes = aws.ec2.getManagedPrefixListOutput({ name: "com.amazonaws.global.cloudfront.origin-facing" });
new aws.vpc.SecurityGroupIngressRule("alb", { securityGroupId: albGroup.id, ipProtocol: "tcp", fromPort: 80, toPort: 80, prefixListId: prefixes.id });
new aws.vpc.SecurityGroupEgressRule("alb", { securityGroupId: albGroup.id, ipProtocol: "-1", referencedSecurityGroupId: cluster.vpcConfig.clusterSecurityGroupId });
new aws.ec2.VpcEndpoint("s3", { vpcId: vpc.id, serviceName: "com.amazonaws.eu-central-1.s3", routeTableIds: [privateTable.id] });
new aws.ec2.VpcEndpoint("ecr", { vpcId: vpc.id, serviceName: "com.amazonaws.eu-central-1.ecr.api", vpcEndpointType: "Interface", subnetIds: privateIds, securityGroupIds: [albGroup.id], privateDnsEnabled: true });
const alb = new aws.lb.LoadBalancer("edge", { name: "platform", internal: true, subnets: privateIds, securityGroups: [albGroup.id] });
const [blue, green] = ["blue", "green"].map((colour) =>
  new aws.lb.TargetGroup(colour, { name: \`platform-\${colour}\`, port: 8080, protocol: "HTTP", targetType: "ip", vpcId: vpc.id, deregistrationDelay: 10, healthCheck: { path: "/ready", interval: 5, timeout: 2 } }));
const listener = new aws.lb.Listener("http", { loadBalancerArn: alb.arn, port: 80, defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }] });
const weights = new aws.lb.ListenerRule("weights", {
  listenerArn: listener.arn, priority: 10, conditions: [{ pathPattern: { values: ["/*"] } }],
  actions: [{ type: "forward", forward: { targetGroups: [{ arn: blue!.arn, weight: 100 }, { arn: green!.arn, weight: 0 }] } }],
}, { ignoreChanges: ["actions"] });

const repository = new aws.ecr.Repository("app", { name: "platform/app", imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } });
new aws.ecr.LifecyclePolicy("app", { repository: repository.name, policy: JSON.stringify({ rules: [{ rulePriority: 1, selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 10 }, action: { type: "expire" } }] }) });
new aws.ecr.RepositoryPolicy("app", { repository: repository.name, policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }] }) });
const secret = new aws.secretsmanager.Secret("app", { recoveryWindowInDays: 0 });
new aws.secretsmanager.SecretVersion("app", { secretId: secret.id, secretString: pulumi.secret("correct horse battery staple") });

export const rule = aws.lb.getListenerRuleOutput({ arn: weights.arn }).actions.apply((actions) => actions?.[0]?.forwards?.[0]?.targetGroups);
export const found = aws.eks.getClusterOutput({ name: cluster.name }).endpoint.apply((endpoint) => endpoint);
export const token = aws.eks.getClusterAuthOutput({ name: cluster.name }).token;
export const login = aws.ecr.getAuthorizationTokenOutput().password;
export const endpoint = cluster.endpoint;
export const repositoryUrl = repository.repositoryUrl;
export const dnsName = alb.dnsName;
`;
