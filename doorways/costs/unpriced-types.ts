import { z } from "zod";
import type { Made } from "./line.ts";
import type { AssumptionKey } from "./usage.ts";

/** Types that cost by what passes through them or lies in them, and the assumptions that count it. */
export const BY_USE: Readonly<Record<string, readonly AssumptionKey[]>> = {
  "aws:cloudfront/distribution:Distribution": ["requests", "viewerGb"],
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": ["wafLogGb"],
  "aws:cloudwatch/logGroup:LogGroup": ["logGb", "storedLogGb"],
  "aws:ec2/flowLog:FlowLog": ["logGb"],
  "aws:s3/bucket:Bucket": ["bucketGb", "puts"],
  "aws:s3/bucketObjectv2:BucketObjectv2": ["bucketGb", "puts"],
  "aws:ecr/repository:Repository": ["imageGb"],
};

const SETTING = "a setting of another resource";
const PODS = "runs on the nodes";

/** Types without a price, and why. */
export const FREE: Readonly<Record<string, string>> = {
  "aws:budgets/budget:Budget": "without actions",
  "aws:cloudfront/cachePolicy:CachePolicy": SETTING,
  "aws:cloudfront/originAccessControl:OriginAccessControl": SETTING,
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": SETTING,
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": SETTING,
  "aws:cloudfront/vpcOrigin:VpcOrigin": "without a charge",
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "without a charge",
  "aws:costexplorer/anomalySubscription:AnomalySubscription": "without a charge",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "network without a charge",
  "aws:ec2/internetGateway:InternetGateway": "network without a charge",
  "aws:ec2/route:Route": "network without a charge",
  "aws:ec2/routeTable:RouteTable": "network without a charge",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "network without a charge",
  "aws:ec2/securityGroup:SecurityGroup": "network without a charge",
  "aws:ec2/subnet:Subnet": "network without a charge",
  "aws:ec2/vpc:Vpc": "network without a charge",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": SETTING,
  "aws:eks/accessEntry:AccessEntry": SETTING,
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": SETTING,
  "aws:eks/addon:Addon": PODS,
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": SETTING,
  "aws:elasticache/parameterGroup:ParameterGroup": SETTING,
  "aws:elasticache/subnetGroup:SubnetGroup": SETTING,
  "aws:iam/role:Role": "IAM is free",
  "aws:iam/rolePolicy:RolePolicy": "IAM is free",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "IAM is free",
  "aws:kms/keyPolicy:KeyPolicy": SETTING,
  "aws:lb/listener:Listener": "in the load balancer's price",
  "aws:lb/listenerRule:ListenerRule": "in the load balancer's price, up to ten",
  "aws:lb/targetGroup:TargetGroup": "in the load balancer's price",
  "aws:rds/eventSubscription:EventSubscription": "without a charge",
  "aws:rds/parameterGroup:ParameterGroup": SETTING,
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": SETTING,
  "aws:rds/proxyTarget:ProxyTarget": SETTING,
  "aws:rds/subnetGroup:SubnetGroup": SETTING,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": SETTING,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": SETTING,
  "aws:s3/bucketPolicy:BucketPolicy": SETTING,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": SETTING,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": SETTING,
  "aws:s3/bucketVersioning:BucketVersioning": SETTING,
  "aws:secretsmanager/secretVersion:SecretVersion": "in the secret's price",
  "aws:sns/topic:Topic": "by the mail, and the first 1,000 a month are free",
  "aws:sns/topicPolicy:TopicPolicy": SETTING,
  "aws:sns/topicSubscription:TopicSubscription": "by the mail, see the topic",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "network without a charge",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "network without a charge",
  "kubernetes:apps/v1:Deployment": PODS,
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": PODS,
  "kubernetes:batch/v1:Job": PODS,
  "kubernetes:core/v1:ConfigMap": PODS,
  "kubernetes:core/v1:Namespace": PODS,
  "kubernetes:core/v1:Secret": PODS,
  "kubernetes:core/v1:Service": "of a type that makes no load balancer",
  "kubernetes:core/v1:ServiceAccount": PODS,
  "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding": PODS,
  "kubernetes:policy/v1:PodDisruptionBudget": PODS,
  "kubernetes:rbac.authorization.k8s.io/v1:Role": PODS,
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": PODS,
  "kubernetes:scheduling.k8s.io/v1:PriorityClass": PODS,
  "pulumi:providers:kubernetes": "Pulumi's own",
  "random:index/randomId:RandomId": "Pulumi's own",
  "random:index/randomPassword:RandomPassword": "Pulumi's own",
};

const serviceInputs = z.object({
  spec: z.object({ type: z.enum(["ClusterIP", "NodePort", "ExternalName"]).optional() }),
});

/** What is free only as our programs make it. */
export function refuseUnlessFree({ type, name, inputs }: Made): void {
  if (type !== "kubernetes:core/v1:Service" || serviceInputs.safeParse(inputs).success) return;
  throw new Error(
    `${name}: a Service of this type makes a load balancer, which has no line in doorways/costs`,
  );
}
