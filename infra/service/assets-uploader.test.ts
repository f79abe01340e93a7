import { Children, value } from "../testing/children.ts";
import { AssetsUploader } from "./assets-uploader.ts";

async function make() {
  const children = new Children();
  const uploader = new AssetsUploader(
    "assets-uploader",
    {
      bucketArn: "arn:aws:s3:::assets",
      clusterName: "twinstack-test",
      namespace: "quiz",
      tags: { team: "a" },
    },
    children.options,
  );
  const serviceAccount = await value(uploader.serviceAccount);
  return { serviceAccount, children: await children.all() };
}

it("gives one service account a role that adds assets and does nothing else", async () => {
  const { children, serviceAccount } = await make();
  expect(Object.keys(children).sort()).toEqual([
    "aws:eks/podIdentityAssociation:PodIdentityAssociation assets-uploader",
    "aws:iam/role:Role assets-uploader",
    "aws:iam/rolePolicy:RolePolicy assets-uploader",
    "twinstack:service:AssetsUploader assets-uploader",
  ]);
  const inputs = (type: string) => children[`${type} assets-uploader`]?.inputs ?? {};
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
  expect(policy["role"]).toBe("assets-uploader");
  expect(JSON.parse(policy["policy"] as string)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AddAssets",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectTagging", "s3:PutObject"],
        Resource: "arn:aws:s3:::assets/assets/*",
      },
      { Sid: "TellMissing", Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::assets" },
    ],
  });
  expect(inputs("aws:eks/podIdentityAssociation:PodIdentityAssociation")).toEqual({
    clusterName: "twinstack-test",
    namespace: "quiz",
    serviceAccount: "assets-uploader",
    roleArn: "arn:assets-uploader",
    tags: { team: "a" },
  });
  expect(serviceAccount).toBe("assets-uploader");
});

it("binds the account when the role may do its work, and not before", async () => {
  const { children } = await make();
  const binding = children["aws:eks/podIdentityAssociation:PodIdentityAssociation assets-uploader"];
  expect([binding?.options.dependsOn].flat().map((resource) => resource?.constructor.name)).toEqual([
    "RolePolicy",
  ]);
});
