import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Calls } from "./calls.ts";
import type { EngineLog } from "./engine-log.ts";
import { toServiceError } from "./errors.ts";
import { ProviderError, type Provider } from "./provider.ts";
import { ProviderCalls } from "./provider-calls.ts";
import { ResourceCalls } from "./resource-calls.ts";

/** The handlers of the engine's ResourceProvider service, by method. What is not here answers UNIMPLEMENTED. */
export function providerService(
  provider: Provider,
  calls: Calls,
  log: EngineLog,
): UntypedServiceImplementation {
  const whole = new ProviderCalls(provider, calls, log);
  const resource = new ResourceCalls(provider, calls);

  function answer<Request, Response>(
    method: (request: Request) => Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return (call, callback) => {
      calls
        .track(() => method(call.request))
        .then(
          (response) => callback(null, response),
          (error: unknown) => callback(toServiceError(error, calls.cancelled)),
        );
    };
  }

  return {
    handshake: answer((request: Parameters<ProviderCalls["handshake"]>[0]) => whole.handshake(request)),
    attach: answer((request: Parameters<ProviderCalls["attach"]>[0]) => whole.attach(request)),
    getPluginInfo: answer(() => whole.getPluginInfo()),
    getSchema: answer(() => whole.getSchema()),
    checkConfig: answer((request: Parameters<ProviderCalls["checkConfig"]>[0]) => whole.checkConfig(request)),
    diffConfig: answer((request: Parameters<ProviderCalls["diffConfig"]>[0]) => whole.diffConfig(request)),
    configure: answer((request: Parameters<ProviderCalls["configure"]>[0]) => whole.configure(request)),
    invoke: answer((request: Parameters<ProviderCalls["invoke"]>[0]) => whole.invoke(request)),
    cancel: answer(() => whole.cancel()),
    check: answer((request: Parameters<ResourceCalls["check"]>[0]) => resource.check(request)),
    diff: answer((request: Parameters<ResourceCalls["diff"]>[0]) => resource.diff(request)),
    create: answer((request: Parameters<ResourceCalls["create"]>[0]) => resource.create(request)),
    read: answer((request: Parameters<ResourceCalls["read"]>[0]) => resource.read(request)),
    update: answer((request: Parameters<ResourceCalls["update"]>[0]) => resource.update(request)),
    delete: answer((request: Parameters<ResourceCalls["delete"]>[0]) => resource.delete(request)),
    construct: answer(() => unsupported(provider, "component resources")),
    call: answer(() => unsupported(provider, "methods of resources")),
  };
}

function unsupported(provider: Provider, feature: string): Promise<never> {
  throw new ProviderError("UNIMPLEMENTED", `the local stand-in for ${provider.name} has no ${feature}`);
}
