import { Children, value } from "../testing/children.ts";
import { GuardIdentity } from "./guard-identity.ts";

const RULE = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener-rule/app/edge/1/2/3";

async function make() {
  const children = new Children();
  const identity = new GuardIdentity(
    "guard",
    { clusterName: "twinstack-test", namespace: "quiz", ruleArn: RULE, tags: { team: "a" } },
    children.options,
  );
  const serviceAccount = await value(identity.serviceAccount);
  return { serviceAccount, children: await children.all() };
}

it("gives one service account a role that moves the weights of one rule and does nothing else", async () => {
  const { children, serviceAccount } = await make();
  expect(Object.keys(children).sort()).toEqual([
    "aws:eks/podIdentityAssociation:PodIdentityAssociation guard",
    "aws:iam/role:Role guard",
    "aws:iam/rolePolicy:RolePolicy guard",
    "twinstack:guard:GuardIdentity guard",
  ]);
  const inputs = (type: string) => children[`${type} guard`]?.inputs ?? {};
  const role = inputs("aws:iam/role:Role");
  expect(role["tags"]).toEqual({ team: "a" });
  expect(JSON.parse(role["assumeRolePolicy"] as string)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ],
  });
  const policy = inputs("aws:iam/rolePolicy:RolePolicy");
  expect(policy["role"]).toBe("guard");
  expect(JSON.parse(policy["policy"] as string)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadWeightsAndHealth",
        Effect: "Allow",
        Action: ["elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTargetHealth"],
        Resource: "*",
      },
      { Sid: "MoveWeights", Effect: "Allow", Action: "elasticloadbalancing:ModifyRule", Resource: RULE },
    ],
  });
  expect(inputs("aws:eks/podIdentityAssociation:PodIdentityAssociation")).toEqual({
    clusterName: "twinstack-test",
    namespace: "quiz",
    serviceAccount: "twinstack-guard",
    roleArn: "arn:guard",
    tags: { team: "a" },
  });
  expect(serviceAccount).toBe("twinstack-guard");
});

it("changes nothing by any pattern: whatever is allowed on all resources only reads", async () => {
  const { children } = await make();
  const policy = children["aws:iam/rolePolicy:RolePolicy guard"]?.inputs["policy"] as string;
  const { Statement } = JSON.parse(policy) as {
    Statement: { Action: string | string[]; Resource: string | string[] }[];
  };
  const onPatterns = Statement.filter(({ Resource }) => [Resource].flat().some((each) => /[*?]/.test(each)));
  const allowed = onPatterns.flatMap(({ Action }) => Action);
  expect(allowed.filter((each) => !/^elasticloadbalancing:Describe[A-Za-z]+$/.test(each))).toEqual([]);
});

it("binds the account when the role may do its work, and not before", async () => {
  const { children } = await make();
  const binding = children["aws:eks/podIdentityAssociation:PodIdentityAssociation guard"];
  expect([binding?.options.dependsOn].flat().map((resource) => resource?.constructor.name)).toEqual([
    "RolePolicy",
  ]);
});
