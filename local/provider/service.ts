import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { CallSecrets } from "./call-secrets.ts";
import type { Calls } from "./calls.ts";
import type { EngineLog } from "./engine-log.ts";
import { toServiceError } from "./errors.ts";
import { ProviderError, type Provider } from "./provider.ts";
import { ProviderCalls } from "./provider-calls.ts";
import { ResourceCalls } from "./resource-calls.ts";

/** Whose call it is: a resource's type and name, or a function's token. */
interface About {
  readonly type: string;
  readonly name?: string;
}

/** The handlers of the engine's ResourceProvider service, by method. What is not here answers UNIMPLEMENTED. */
export function providerService(
  provider: Provider,
  calls: Calls,
  log: EngineLog,
): UntypedServiceImplementation {
  const whole = new ProviderCalls(provider, calls, log);
  const resource = new ResourceCalls(provider, calls);

  function answer<Request, Response>(
    method: (request: Request, secrets: CallSecrets) => Promise<Response>,
    about: (request: Request) => About = () => ({ type: "" }),
  ): handleUnaryCall<Request, Response> {
    return ({ request }, callback) => {
      const { type, name } = about(request);
      const secrets = new CallSecrets((path) => provider.sensitive?.(type, path) ?? false);
      const redact = (text: string): string => secrets.redact(text, [type, name ?? ""]);
      calls
        .track(() => method(request, secrets))
        .then(
          (response) => callback(null, response),
          (error: unknown) => callback(toServiceError(error, calls.cancelled, redact)),
        );
    };
  }
  const ofResource = <Request extends { getType(): string; getName(): string }, Response>(
    method: (request: Request, secrets: CallSecrets) => Promise<Response>,
  ): handleUnaryCall<Request, Response> =>
    answer(method, (request) => ({ type: request.getType(), name: request.getName() }));

  return {
    handshake: answer((request: Parameters<ProviderCalls["handshake"]>[0]) => whole.handshake(request)),
    attach: answer((request: Parameters<ProviderCalls["attach"]>[0]) => whole.attach(request)),
    getPluginInfo: answer(() => whole.getPluginInfo()),
    getSchema: answer(() => whole.getSchema()),
    checkConfig: answer(whole.checkConfig.bind(whole)),
    diffConfig: answer(whole.diffConfig.bind(whole)),
    configure: answer(whole.configure.bind(whole)),
    invoke: answer(whole.invoke.bind(whole), (request) => ({ type: request.getTok() })),
    cancel: answer(() => whole.cancel()),
    check: ofResource(resource.check.bind(resource)),
    diff: ofResource(resource.diff.bind(resource)),
    create: ofResource(resource.create.bind(resource)),
    read: ofResource(resource.read.bind(resource)),
    update: ofResource(resource.update.bind(resource)),
    delete: ofResource(resource.delete.bind(resource)),
    construct: answer(() => unsupported(provider, "component resources")),
    call: answer(() => unsupported(provider, "methods of resources")),
  };
}

function unsupported(provider: Provider, feature: string): Promise<never> {
  throw new ProviderError("UNIMPLEMENTED", `the local stand-in for ${provider.name} has no ${feature}`);
}
