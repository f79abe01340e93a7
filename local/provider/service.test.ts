import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import type { handleUnaryCall, sendUnaryData, ServerUnaryCall, ServiceError } from "@grpc/grpc-js";
import { Calls } from "./calls.ts";
import { EngineLog } from "./engine-log.ts";
import { PartialFailure, ProviderError, type Provider } from "./provider.ts";
import { providerService } from "./service.ts";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "./signatures.ts";

const PLANTED = "planted-7f3a9c";
const QUOTED = `ALTER ROLE a PASSWORD '${PLANTED}'`;
const marked = structPb.Struct.fromJavaScript({
  token: { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: PLANTED },
  name: "x",
});

function failing(error: unknown): Provider {
  const fail = async (): Promise<never> => {
    throw error;
  };
  return {
    name: "fake",
    version: "1.0.0",
    configure: fail,
    check: fail,
    diff: fail,
    create: fail,
    read: fail,
    update: fail,
    delete: fail,
    invoke: fail,
  };
}

/** Every call that carries properties, with the planted secret in it. */
function requests(): Readonly<Record<string, object>> {
  const [check, diff, create, read] = [
    new providerPb.CheckRequest(),
    new providerPb.DiffRequest(),
    new providerPb.CreateRequest(),
    new providerPb.ReadRequest(),
  ];
  const [update, remove, invoke, configure] = [
    new providerPb.UpdateRequest(),
    new providerPb.DeleteRequest(),
    new providerPb.InvokeRequest(),
    new providerPb.ConfigureRequest(),
  ];
  check.setNews(marked);
  diff.setOlds(marked);
  create.setProperties(marked);
  read.setProperties(marked);
  update.setOldInputs(marked);
  remove.setProperties(marked);
  invoke.setArgs(marked);
  configure.setArgs(marked);
  return { check, diff, create, read, update, delete: remove, invoke, configure };
}

async function call(provider: Provider, method: string, request: object): Promise<ServiceError | null> {
  const log = new EngineLog();
  const handler = providerService(provider, new Calls(log), log)[method] as handleUnaryCall<object, object>;
  return new Promise((resolve) => {
    const answer: sendUnaryData<object> = (error) => resolve(error as ServiceError | null);
    handler({ request } as ServerUnaryCall<object, object>, answer);
  });
}

describe.each(Object.keys(requests()))("a %s that fails", (method) => {
  it("shows no secret in a refusal, nor in a defect's message and stack", async () => {
    const request = requests()[method] ?? {};
    const refused = await call(failing(new ProviderError("NOT_FOUND", QUOTED)), method, request);
    expect(refused?.details).toBe("ALTER ROLE a PASSWORD '[secret]'");

    const stderr = jest.spyOn(console, "error").mockImplementation(() => undefined);
    const crashed = await call(failing(new TypeError(QUOTED)), method, request);
    const printed = stderr.mock.calls.flat().join("\n");
    stderr.mockRestore();
    expect(crashed?.details).toBe("ALTER ROLE a PASSWORD '[secret]'");
    expect(printed).toContain("service.test.ts");
    expect(printed).not.toContain("7f3a9c");
  });
});

it("keeps what got halfway with its marks, and hides secrets in the reasons", async () => {
  const partial = new PartialFailure("i-1", { token: PLANTED, name: "x" }, { token: PLANTED }, [QUOTED]);
  const failed = await call(failing(partial), "create", requests()["create"] ?? {});
  const [packed] = failed?.metadata.get("grpc-status-details-bin") ?? [];
  const [any] = statusPb.Status.deserializeBinary(packed as Buffer).getDetailsList();
  const detail = providerPb.ErrorResourceInitFailed.deserializeBinary(
    any?.getValue_asU8() ?? new Uint8Array(),
  );
  expect([failed?.details, ...detail.getReasonsList()]).toEqual(
    Array(2).fill("ALTER ROLE a PASSWORD '[secret]'"),
  );
  const secret = { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: PLANTED };
  expect(detail.getProperties()?.toJavaScript()).toEqual({ token: secret, name: "x" });
  expect(detail.getInputs()?.toJavaScript()).toEqual({ token: secret });
});

it("shows progress without secrets", async () => {
  const progress = jest.spyOn(EngineLog.prototype, "progress");
  const provider: Provider = {
    ...failing(new Error("not this one")),
    create: async ({ progress: say }, inputs) => {
      say(`setting ${PLANTED}`);
      return { id: "i", outputs: inputs };
    },
  };
  expect(await call(provider, "create", requests()["create"] ?? {})).toBeNull();
  expect(progress.mock.calls).toEqual([["", "setting [secret]"]]);
  progress.mockRestore();
});
