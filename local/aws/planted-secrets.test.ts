import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { CallSecrets } from "../provider/call-secrets.ts";
import { Calls } from "../provider/calls.ts";
import { EngineLog } from "../provider/engine-log.ts";
import { ResourceCalls } from "../provider/resource-calls.ts";
import { SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING } from "../provider/signatures.ts";
import { AwsProvider } from "./plugin.ts";
import { modelledTypes } from "./services/index.ts";
import { inputShape, type Members, type Shape } from "./shapes.ts";
import { memoryRegion } from "./testing.ts";

type Plain = structPb.JavaScriptValue;

const PLANTED = "Qz7f3a9cXw";
const RUNS = Array.from({ length: PLANTED.length - 3 }, (_, at) => PLANTED.slice(at, at + 4).toLowerCase());
const marked = (value: Plain): Plain => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value });

/** In texts, in texts of several words, in records and in documents. */
const VALUES: readonly Plain[] = [
  PLANTED,
  `${PLANTED} and more`,
  { key: PLANTED },
  JSON.stringify({ Statement: [{ Effect: PLANTED }] }),
];
let turn = 0;

/** What a user may plant in an input of a shape, down to `depth` levels: each leaf gets its turn of `VALUES`. */
function plantings(shape: Shape, depth: number): readonly Plain[] {
  turn += 1;
  const value = marked(VALUES[turn % VALUES.length] ?? PLANTED);
  if (typeof shape === "string" || depth === 0) return [value];
  if ("list" in shape) return [value, ...plantings(shape.list, depth).map((item) => [item])];
  if ("map" in shape) return [value, ...plantings(shape.map, depth).map((item) => ({ key: item }))];
  return [value, ...plantedMembers(shape.object, depth - 1)];
}

/** A record for each planting in each member; what else is required is not known yet, as in a preview. */
function plantedMembers(members: Members, depth = 2): readonly Record<string, Plain>[] {
  const required = Object.entries(members).filter(([, member]) => member.required === true);
  const base = Object.fromEntries(required.map(([key]) => [key, UNKNOWN_STRING]));
  return Object.entries(members).flatMap(([key, { shape }]) =>
    plantings(shape, depth).map((value) => ({ ...base, [key]: value })),
  );
}

/** What the engine prints of a refused check. */
function printed(response: providerPb.CheckResponse): string {
  const inputs: Readonly<Record<string, unknown>> = response.getInputs()?.toJavaScript() ?? {};
  return response
    .getFailuresList()
    .map((failure) => {
      const property = failure.getProperty();
      return `${property} ${property === "" ? "" : JSON.stringify(inputs[property])} ${failure.getReason()}`;
    })
    .join("\n");
}

const services = new Map<string, string[]>();
for (const type of modelledTypes()) {
  const service = /^aws:(\w+)/.exec(type)?.[1] ?? type;
  services.set(service, [...(services.get(service) ?? []), type]);
}

describe("a secret planted in every input of", () => {
  const log = new EngineLog();
  const provider = new AwsProvider("7.48.0", memoryRegion().call);
  const calls = new ResourceCalls(provider, new Calls(log));

  it.each([...services])("%s is refused without a run of it", async (_service, types) => {
    let refused = 0;
    for (const type of types) {
      for (const news of plantedMembers(inputShape(type) ?? {})) {
        const request = new providerPb.CheckRequest();
        request.setType(type);
        request.setName("it");
        request.setNews(structPb.Struct.fromJavaScript(news));
        const secrets = new CallSecrets((path) => provider.sensitive(type, path));
        const shown = printed(await calls.check(request, secrets)).toLowerCase();
        if (shown !== "") refused += 1;
        const found = RUNS.filter((run) => shown.includes(run));
        if (found.length > 0)
          throw new Error(`${type} ${JSON.stringify(news)} shows ${found.join(", ")}: ${shown}`);
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});

it("a secret that a refresh finds comes back marked, whoever marks it", async () => {
  const { account, call } = memoryRegion();
  const provider = new AwsProvider("7.48.0", call);
  const calls = new ResourceCalls(provider, new Calls(new EngineLog()));
  const type = "aws:ec2/vpc:Vpc";
  const made = account.make(type, { cidrBlock: "10.0.0.0/16", tags: { list: "before" } });
  account.update(made, { cidrBlock: "10.0.0.0/16", tags: { list: PLANTED } });
  const state = structPb.Struct.fromJavaScript({
    cidrBlock: "10.0.0.0/16",
    tags: { list: marked("before") },
  });
  const request = new providerPb.ReadRequest();
  request.setType(type);
  request.setId(made.id);
  request.setInputs(state);
  request.setProperties(state);
  const found = await calls.read(request, new CallSecrets());
  expect(found.getInputs()?.toJavaScript()).toMatchObject({ tags: { list: marked(PLANTED) } });
});
