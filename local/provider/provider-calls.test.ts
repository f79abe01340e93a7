import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { CallSecrets } from "./call-secrets.ts";
import { Calls } from "./calls.ts";
import { EngineLog } from "./engine-log.ts";
import { ProviderCalls } from "./provider-calls.ts";
import type { Provider } from "./provider.ts";
import { ResourceCalls } from "./resource-calls.ts";

const struct = (value: Record<string, structPb.JavaScriptValue>) => structPb.Struct.fromJavaScript(value);

/** A provider of which only what the test gives may be called. */
function fake(methods: Partial<Provider>): { whole: ProviderCalls; resource: ResourceCalls; calls: Calls } {
  const refuse = () => Promise.reject(new Error("not to be called"));
  const provider: Provider = {
    name: "fake",
    version: "1.2.3",
    configure: refuse,
    check: refuse,
    diff: refuse,
    create: refuse,
    read: refuse,
    update: refuse,
    delete: refuse,
    invoke: refuse,
    ...methods,
  };
  const log = new EngineLog();
  const calls = new Calls(log);
  return {
    whole: new ProviderCalls(provider, calls, log),
    resource: new ResourceCalls(provider, calls),
    calls,
  };
}

describe("configuration", () => {
  it("accepts any, unless the provider says what is bad", async () => {
    const request = new providerPb.CheckRequest();
    request.setNews(struct({ region: "here" }));
    const accepted = await fake({}).whole.checkConfig(request, new CallSecrets());
    expect(accepted.getInputs()?.toJavaScript()).toEqual({ region: "here" });
    expect(accepted.getFailuresList()).toEqual([]);
    const checkConfig: Provider["checkConfig"] = async (config) => [
      { property: "region", reason: `is ${JSON.stringify(config["region"])}: write eu-central-1` },
    ];
    const refused = await fake({ checkConfig }).whole.checkConfig(request, new CallSecrets());
    expect(refused.toObject().failuresList).toEqual([
      { property: "", reason: 'region: is "here": write eu-central-1' },
    ]);
  });

  it("replaces a provider only where the provider says so", async () => {
    const request = new providerPb.DiffRequest();
    request.setOldInputs(struct({ region: "here", profile: "a" }));
    request.setNews(struct({ region: "there", profile: "a" }));
    expect((await fake({}).whole.diffConfig(request, new CallSecrets())).toObject()).toMatchObject({
      diffsList: ["region"],
      replacesList: [],
    });
    const diffConfig: Provider["diffConfig"] = async () => ({ detailed: { region: "update-replace" } });
    expect(
      (await fake({ diffConfig }).whole.diffConfig(request, new CallSecrets())).toObject(),
    ).toMatchObject({
      replacesList: ["region"],
    });
  });
});

describe("names by pulumi:autonaming", () => {
  it("are announced, or the engine would keep them to itself", async () => {
    const { whole } = fake({ configure: async () => undefined });
    const handshake = await whole.handshake(new providerPb.ProviderHandshakeRequest());
    expect(handshake.toObject()).toMatchObject({
      acceptSecrets: true,
      supportsAutonamingConfiguration: true,
    });
    const configured = await whole.configure(new providerPb.ConfigureRequest(), new CallSecrets());
    expect(configured.toObject()).toMatchObject({
      acceptsecrets: true,
      supportspreview: true,
      supportsAutonamingConfiguration: true,
    });
  });

  it("come with a check, and are absent where the stack configures none", async () => {
    const check = jest.fn<ReturnType<Provider["check"]>, Parameters<Provider["check"]>>(
      async (_call, _olds, news) => ({ inputs: news, failures: [] }),
    );
    const request = new providerPb.CheckRequest();
    await fake({ check }).resource.check(request, new CallSecrets());
    const options = new providerPb.CheckRequest.AutonamingOptions();
    options.setProposedName("web-dev");
    options.setMode(providerPb.CheckRequest.AutonamingOptions.Mode.ENFORCE);
    request.setAutonaming(options);
    await fake({ check }).resource.check(request, new CallSecrets());
    expect(check.mock.calls.map(([{ autonaming }]) => autonaming)).toEqual([
      undefined,
      { mode: "enforce", proposedName: "web-dev" },
    ]);
  });
});

describe("functions", () => {
  it("hands back the provider's failures", async () => {
    const { whole } = fake({
      invoke: async (token) => ({
        outputs: {},
        failures: [{ property: "id", reason: `${token} wants one` }],
      }),
    });
    const request = new providerPb.InvokeRequest();
    request.setTok("fake:x:get");
    expect((await whole.invoke(request, new CallSecrets())).toObject().failuresList).toEqual([
      { property: "id", reason: "fake:x:get wants one" },
    ]);
  });
});

describe("cancelling", () => {
  it("aborts the calls and tells the provider", async () => {
    const cancel = jest.fn();
    const { whole, calls } = fake({ cancel });
    await whole.cancel();
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(calls.cancelled).toBe(true);
  });
});

describe("check", () => {
  it("gives no old inputs for a new resource, and the engine's seed", async () => {
    const check = jest.fn<ReturnType<Provider["check"]>, Parameters<Provider["check"]>>(
      async (_call, _olds, news) => ({
        inputs: news,
        failures: [],
      }),
    );
    const request = new providerPb.CheckRequest();
    request.setOlds(struct({}));
    request.setNews(struct({ a: 1 }));
    request.setRandomseed(Uint8Array.of(1, 2));
    await fake({ check }).resource.check(request, new CallSecrets());
    request.setOlds(struct({ a: 0 }));
    await fake({ check }).resource.check(request, new CallSecrets());
    expect(check.mock.calls.map(([call, olds, news]) => [[...call.randomSeed], olds, news])).toEqual([
      [[1, 2], undefined, { a: 1 }],
      [[1, 2], { a: 0 }, { a: 1 }],
    ]);
  });
});

describe("read", () => {
  it("answers an empty id for what is gone", async () => {
    const response = await fake({ read: async () => undefined }).resource.read(
      new providerPb.ReadRequest(),
      new CallSecrets(),
    );
    expect(response.getId()).toBe("");
    expect(response.hasProperties()).toBe(false);
  });
});
