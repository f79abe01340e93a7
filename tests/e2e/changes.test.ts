import { changedResources, changes } from "./changes.ts";

const group = " ~  aws:elasticache:ReplicationGroup cache-cache";

it("counts a resource once whose line the CLI writes again", () => {
  const text = `${group} updating (0s) \n${group} updated (1.2s) \n${group} updated (1.2s) 1 message\n`;
  expect(changedResources(text)).toEqual(["updated aws:elasticache:ReplicationGroup cache-cache"]);
});

it("tells operations and resources apart", () => {
  const text = [
    " +  aws:rds:Instance replica created (3s)",
    `${group} updated (1s)`,
    " ~  aws:elasticache:ReplicationGroup cache-queue updated (1s)",
    " +- aws:rds:Instance primary replaced (1s)",
    " -  aws:rds:Instance old deleted (1s)",
    "    aws:rds:Instance same",
  ].join("\n");
  expect(changedResources(text)).toEqual([
    "created aws:rds:Instance replica",
    "deleted aws:rds:Instance old",
    "replaced aws:rds:Instance primary",
    "updated aws:elasticache:ReplicationGroup cache-cache",
    "updated aws:elasticache:ReplicationGroup cache-queue",
  ]);
});

it("leaves out a Deployment that was waited for, and no other resource of Kubernetes", () => {
  const text = [
    " ~  kubernetes:apps/v1:Deployment api-deployment updated (9s)",
    " ~  kubernetes:core/v1:Service api updated (9s)",
  ].join("\n");
  expect(changedResources(text)).toEqual(["updated kubernetes:core/v1:Service api"]);
});

it("reads the summary of an update", () => {
  expect(changes("Resources:\n    ~ 1 updated\n    210 unchanged\n")).toEqual(["~ 1 updated"]);
  expect(changes("Resources:\n    211 unchanged\n")).toEqual([]);
});
