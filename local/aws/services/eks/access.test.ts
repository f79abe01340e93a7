import { resourceModel } from "../index.ts";
import type { JsonObject } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { ACCESS_ASSOCIATION, ACCESS_ENTRY, CLUSTER } from "./references.ts";

const ROLE = "arn:aws:iam::000000000000:role/team/admin";
const VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";

/** An account with a cluster of that name and authentication mode; what else it has does not matter here. */
function accountWith(authenticationMode: string): MemoryAccount {
  const account = new MemoryAccount();
  const outputs = { name: "main", accessConfig: { authenticationMode } };
  account.records.push({ urn: "urn:cluster", type: CLUSTER, id: "main", inputs: {}, outputs });
  return account;
}

const check = (type: string, inputs: JsonObject) =>
  resourceModel(type)?.rules?.flatMap((rule) => rule.check(inputs));

describe("an access entry", () => {
  it("needs a cluster that reads entries", () => {
    const entry = { clusterName: "main", principalArn: ROLE };
    expect(() => accountWith("CONFIG_MAP").make(ACCESS_ENTRY, entry)).toThrow(
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
    expect(accountWith("API_AND_CONFIG_MAP").make(ACCESS_ENTRY, entry).id).toBe(`main:${ROLE}`);
  });

  it("is there once, with an ARN made of its principal's name", () => {
    const account = accountWith("API");
    const entry = account.make(ACCESS_ENTRY, { clusterName: "main", principalArn: ROLE });
    expect(entry.outputs).toMatchObject({
      accessEntryArn: expect.stringMatching(
        /^arn:aws:eks:eu-central-1:000000000000:access-entry\/main\/role\/000000000000\/admin\/[0-9a-f-]{36}$/,
      ),
      kubernetesGroups: [],
      userName: ROLE,
    });
    expect(() => account.make(ACCESS_ENTRY, { clusterName: "main", principalArn: ROLE })).toThrow(
      "The specified access entry resource is already in use on this cluster.",
    );
    const changed = account.update(entry, { ...entry.inputs, kubernetesGroups: ["viewers"] });
    expect(changed.outputs["kubernetesGroups"]).toEqual(["viewers"]);
  });

  it("keeps to groups that are the program's own, and to entries that have groups", () => {
    expect(check(ACCESS_ENTRY, { kubernetesGroups: ["viewers", "system:masters"] })).toEqual([
      {
        property: "kubernetesGroups[1]",
        reason: 'must not begin with system:, eks:, aws:, amazon: or iam:, got "system:masters"',
      },
    ]);
    expect(check(ACCESS_ENTRY, { type: "EC2", kubernetesGroups: ["viewers"] })).toEqual([
      { property: "kubernetesGroups", reason: 'is only for entries of type STANDARD, got type "EC2"' },
    ]);
  });
});

describe("an access policy", () => {
  it("is one EKS has, for the cluster or for namespaces that are named", () => {
    const scoped = (accessScope: JsonObject) => check(ACCESS_ASSOCIATION, { policyArn: VIEW, accessScope });
    expect(scoped({ type: "cluster" })).toEqual([]);
    expect(scoped({ type: "namespace", namespaces: ["shop"] })).toEqual([]);
    expect(scoped({ type: "namespace" })).toEqual([
      { property: "accessScope.namespaces", reason: 'is required when accessScope.type is "namespace"' },
    ]);
    expect(scoped({ type: "cluster", namespaces: ["shop"] })).toEqual([
      { property: "accessScope.namespaces", reason: 'must be left out when accessScope.type is "cluster"' },
    ]);
    const policyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    expect(check(ACCESS_ASSOCIATION, { policyArn })).toEqual([
      { property: "policyArn", reason: expect.stringContaining(`got "${policyArn}"`) },
    ]);
  });

  it("is given to a principal that has an entry", () => {
    const account = accountWith("API");
    const association = { clusterName: "main", principalArn: ROLE, policyArn: VIEW };
    expect(() => account.make(ACCESS_ASSOCIATION, association)).toThrow(
      `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries': ${ROLE}`,
    );
    account.make(ACCESS_ENTRY, { clusterName: "main", principalArn: ROLE });
    expect(account.make(ACCESS_ASSOCIATION, association).id).toBe(`main#${ROLE}#${VIEW}`);
  });
});
