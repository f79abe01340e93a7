import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { dirname, join } from "node:path";

import { POD_IDENTITY } from "../aws/services/eks/references.ts";
import { VPC_ENDPOINT } from "../aws/services/ec2/references.ts";
import { BUCKET } from "../aws/services/s3/references.ts";
import { text, texts } from "../aws/services/fields.ts";
import { ROLE, ROLE_POLICY } from "../aws/services/iam/references.ts";
import { MemoryAccount } from "../aws/testing.ts";
import { createVpcEndpointDriver } from "../parts/aws-endpoint/driver.ts";
import { listenForForwarders } from "../parts/aws-endpoint/region-socket.ts";
import { regionAuthority } from "../parts/authority/region-authority.ts";
import { createMachine } from "../parts/host/machine.ts";
import { createSubnetDriver, createVpcDriver } from "../parts/host/network-driver.ts";
import type { LocalMachine } from "../parts/host/machine.ts";
import { tracesOf } from "../parts/host/testing/observe.ts";
import { makePod } from "../parts/host/testing/pod.ts";
import type { TestPod } from "../parts/host/testing/pod.ts";
import { createSandbox } from "../parts/host/testing/sandbox.ts";
import { until } from "../parts/host/until.ts";
import { createIdentities } from "../parts/identity/identities.ts";
import { agentSocket, ensureAgent } from "../parts/pod-identity/agent.ts";
import { createAgentListener } from "../parts/pod-identity/listener.ts";
import { createS3Drivers } from "../parts/s3/driver.ts";
import { createSecurityGroupDrivers } from "../parts/security-groups/driver.ts";
import { createAwsApi } from "./aws-api.ts";
import type { PartDriver } from "./part.ts";
import type { JsonObject, StoredResource } from "./protocol.ts";

// Real hosts, HAProxy, and AWS's SDK in processes of their own.
jest.setTimeout(120_000);

const ELB = "elasticloadbalancing.eu-central-1.amazonaws.com";
const S3 = "s3.eu-central-1.amazonaws.com";
const QUERY = "Action=DescribeLoadBalancers&Version=2015-12-01";
const token = ["{}", "{}"].map((part) => Buffer.from(part).toString("base64url")).join(".") + ".signature";

const sandbox = createSandbox();
const tokenFile = join(sandbox.stateDir, "eks-pod-identity-token");
const account = new MemoryAccount();
/** Of the pod that asks. */
let serviceAccount = "";
let machine: LocalMachine;
let drivers: readonly PartDriver[];
let agent: Server;
let pod: TestPod;
let subnets: readonly string[];
let tables: readonly string[];
let vpcId: string;

const said = (): void => undefined;
const driverOf = (type: string): PartDriver | undefined => drivers.find(({ types }) => types.includes(type));
async function create(type: string, inputs: JsonObject): Promise<StoredResource> {
  const made = account.make(type, inputs);
  // As the region has it: every input is an output too.
  const resource = { ...made, outputs: { ...made.inputs, ...made.outputs } };
  account.records.splice(account.records.indexOf(made), 1, resource);
  await driverOf(type)?.create(resource, said);
  return resource;
}
async function remove(resource: StoredResource): Promise<void> {
  await driverOf(resource.type)?.delete(resource, said);
  account.records.splice(account.records.indexOf(resource), 1);
}

/** A region that finds what runs. The API server, which is not here, would know the pod's token. */
async function start(): Promise<void> {
  machine = await createMachine(sandbox);
  const update = async (): Promise<StoredResource> => Promise.reject(new Error("not asked for"));
  const identities = createIdentities({ machine, account, log: said });
  const context = { machine, account, log: said, identities };
  const { inVpc } = createAwsApi({ ...context, update });
  drivers = [
    createVpcDriver(machine),
    createSubnetDriver(machine),
    ...createSecurityGroupDrivers(context),
    ...createS3Drivers(machine),
    createVpcEndpointDriver({ ...context, listeners: inVpc }),
  ];
  const cluster = { urn: "urn", type: "cluster", id: "main", inputs: {}, outputs: { arn: "arn:cluster" } };
  agent = createServer(
    createAgentListener(() => ({
      account,
      identities,
      cluster,
      review: async () => ({ namespace: "twinstack", serviceAccount, podName: "pod-1", podUid: "1" }),
    })),
  );
  await listenForForwarders(machine, agent, agentSocket(machine));
}

/** What AWS's SDK says in the pod, with the environment that the webhook gives it. */
async function inPod(...args: readonly string[]): Promise<unknown> {
  const { cert } = (await regionAuthority(machine)).files;
  const program = join(import.meta.dirname, "testing/vpc-client.ts");
  const command = [pod.enter[1], "--", process.execPath, program, machine.dns.address, ...args];
  const env = {
    AWS_REGION: "eu-central-1",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
    NODE_EXTRA_CA_CERTS: cert,
  };
  return JSON.parse(await machine.run(pod.enter[0], command, { env })) as unknown;
}

async function associate(name: string, statement: JsonObject): Promise<void> {
  const trust = { Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" } };
  const assumeRolePolicy = JSON.stringify({
    Statement: { ...trust, Action: ["sts:AssumeRole", "sts:TagSession"] },
  });
  const role = await create(ROLE, { name, assumeRolePolicy });
  await create(ROLE_POLICY, { role: name, name, policy: JSON.stringify({ Statement: statement }) });
  account.records.push({
    urn: name,
    type: POD_IDENTITY,
    id: `a-${name}`,
    inputs: {
      ...{ clusterName: "main", namespace: "twinstack", serviceAccount: name },
      roleArn: text(role.outputs, "arn") ?? "",
    },
    outputs: {},
  });
}
const endpoint = (service: string, more: JsonObject): Promise<StoredResource> =>
  create(VPC_ENDPOINT, { vpcId, serviceName: `com.amazonaws.eu-central-1.${service}`, ...more });

beforeAll(async () => {
  // HAProxy's user must be let in; the folders below /tmp are root's.
  chmodSync(dirname(sandbox.stateDir), 0o711);
  await start();
  writeFileSync(tokenFile, token);
  const network = { cidrBlock: sandbox.vpcCidr, enableDnsSupport: true, enableDnsHostnames: true };
  vpcId = (await create("aws:ec2/vpc:Vpc", network)).id;
  const made = ["a", "b"].map(async (zone, index) =>
    create("aws:ec2/subnet:Subnet", {
      vpcId,
      cidrBlock: `${sandbox.address(`${index + 1}.0`)}/24`,
      availabilityZone: `eu-central-1${zone}`,
    }),
  );
  subnets = (await Promise.all(made)).map(({ id }) => id);
  tables = [(await create("aws:ec2/routeTable:RouteTable", { vpcId })).id];
  await machine.hosts.ensure("node-a", subnets[0] ?? "");
  await ensureAgent(machine, "node-a");
  pod = await makePod(sandbox, machine, "pod", "node-a", 0);
  await create(BUCKET, { bucket: "assets-1" });
  const objects = "arn:aws:s3:::assets-1/assets/*";
  await associate("uploader", {
    Effect: "Allow",
    Action: ["s3:PutObject", "s3:GetObject"],
    Resource: objects,
  });
  await associate("reader", { Effect: "Allow", Action: "s3:GetObject", Resource: objects });
});
afterAll(async () => {
  agent.close();
  machine.close();
  await sandbox.clear();
  expect(tracesOf(sandbox)).toEqual([]);
});
beforeEach(() => void (serviceAccount = "uploader"));

it("is nowhere in the VPC without an endpoint", async () => {
  expect(await inPod("resolve", ELB)).toEqual([]);
  expect(await inPod("resolve", `assets-1.${S3}`)).toEqual([]);
  expect(await inPod("put", "assets-1", "assets/a.js", "let a;")).toMatchObject({ error: "ENOTFOUND" });
});

describe("by S3's gateway endpoint", () => {
  let gateway: StoredResource;
  beforeAll(async () => {
    gateway = await endpoint("s3", { vpcEndpointType: "Gateway", routeTableIds: tables });
    await until(
      "the name",
      30_000,
      async () => String(await inPod("resolve", S3)) === sandbox.address("0.3"),
    );
  });

  it("pods write and read what their role may, with AWS's SDK as it comes", async () => {
    expect(await inPod("resolve", `assets-1.${S3}`)).toEqual([sandbox.address("0.3")]);
    expect(await inPod("put", "assets-1", "assets/a.js", "let a;")).toBe("put");
    expect(await inPod("get", "assets-1", "assets/a.js")).toBe("let a;");
  });

  it("and nothing else", async () => {
    serviceAccount = "reader";
    expect(await inPod("get", "assets-1", "assets/a.js")).toBe("let a;");
    expect(await inPod("put", "assets-1", "assets/a.js", "other")).toEqual({
      error: "AccessDenied",
      message: expect.stringMatching(
        /^User: arn:aws:sts::000000000000:assumed-role\/reader\/eks-main-pod-1-[0-9a-f-]{36} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::assets-1\/assets\/a.js" because no identity-based policy allows the s3:PutObject action$/,
      ),
    });
    expect(await inPod("get", "assets-1", "assets/a.js")).toBe("let a;");
  });

  it("nor anybody without a role, or without a signature", async () => {
    serviceAccount = "nobody";
    expect(await inPod("get", "assets-1", "assets/a.js")).toMatchObject({
      error: "CredentialsProviderError",
    });
    expect(await inPod("plain", `https://assets-1.${S3}/assets/a.js`, "")).toMatchObject({
      status: 403,
      body: expect.stringContaining("<Code>AccessDenied</Code>"),
    });
  });

  it("again when the region was started anew, with the same forwarders and credentials from before", async () => {
    const running = (): readonly (readonly [string, number])[] =>
      machine.processes.list().map(({ name, pid }) => [name, pid] as const);
    const before = running();
    agent.close();
    machine.close();
    await start();
    for (const resource of account.records) await driverOf(resource.type)?.adopt(resource, said);
    expect(running()).toEqual(before);
    expect(await inPod("get", "assets-1", "assets/a.js")).toBe("let a;");
  });

  it("of which there is one, so that a second is refused", async () => {
    const table = await create("aws:ec2/routeTable:RouteTable", { vpcId });
    const second = endpoint("s3", { vpcEndpointType: "Gateway", routeTableIds: [table.id] });
    await expect(second).rejects.toMatchObject({ code: "VpcEndpointLimitExceeded" });
    const [made] = account.all(VPC_ENDPOINT).filter(({ id }) => id !== gateway.id);
    if (made) await remove(made);
    expect(await inPod("get", "assets-1", "assets/a.js")).toBe("let a;");
  });

  it("until no route table leads there any more", async () => {
    const next = { ...gateway, outputs: { ...gateway.outputs, routeTableIds: [] } };
    await driverOf(VPC_ENDPOINT)?.update(next, gateway, said);
    account.records.splice(account.records.indexOf(gateway), 1, next);
    await until("no name", 30_000, async () => String(await inPod("resolve", S3)) === "");
    expect(machine.hosts.list().map(({ name }) => name)).not.toContain(`s3-${vpcId.slice(-8)}`);
    await remove(next);
  });
});

describe("by an interface endpoint", () => {
  let load: StoredResource;
  beforeAll(async () => {
    const group = await create("aws:ec2/securityGroup:SecurityGroup", { vpcId, name: "endpoints" });
    await create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      ...{ securityGroupId: group.id, cidrIpv4: sandbox.vpcCidr },
      ...{ ipProtocol: "tcp", fromPort: 443, toPort: 443 },
    });
    load = await endpoint("elasticloadbalancing", {
      ...{ vpcEndpointType: "Interface", privateDnsEnabled: true },
      ...{ subnetIds: subnets, securityGroupIds: [group.id] },
    });
    await until("the name", 30_000, async () => String(await inPod("resolve", ELB)) !== "");
  });

  it("it answers in each subnet, to pods whose node is in the range that its group lets in", async () => {
    const hosts = machine.hosts.list().filter(({ name }) => name.startsWith("vpce-"));
    expect(hosts.map(({ subnetId }) => subnetId).sort()).toEqual([...subnets].sort());
    expect(await inPod("resolve", ELB)).toEqual(hosts.map(({ address }) => address).sort());
    expect(await inPod("plain", `https://${ELB}/`, QUERY)).toEqual({
      status: 403,
      body: expect.stringContaining("<Code>MissingAuthenticationToken</Code>"),
    });
  });

  it("it is shut to all others, and gone with the endpoint", async () => {
    const [rule] = account.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    if (!rule) throw new Error("no rule");
    account.records.splice(account.records.indexOf(rule), 1);
    await driverOf(rule.type)?.delete(rule, said);
    expect(await inPod("plain", `https://${ELB}/`, QUERY)).toMatchObject({ error: "ETIMEDOUT" });
    await remove(load);
    expect(machine.hosts.list().filter(({ name }) => name.startsWith("vpce-"))).toEqual([]);
    await until("no name", 30_000, async () => String(await inPod("resolve", ELB)) === "");
    expect(texts(load.outputs, "subnetIds")).toEqual(subnets);
  });
});
