import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Calls } from "./calls.ts";
import { diffResponse } from "./diff-response.ts";
import type { EngineLog } from "./engine-log.ts";
import type { Provider } from "./provider.ts";
import { checkFailure } from "./resource-calls.ts";
import { diffValues } from "./schema-diff.ts";
import { decode, encode } from "./values.ts";

/** The calls about the provider as a whole: the handshake, its configuration, functions, cancelling. */
export class ProviderCalls {
  readonly #provider: Provider;
  readonly #calls: Calls;
  readonly #log: EngineLog;

  constructor(provider: Provider, calls: Calls, log: EngineLog) {
    this.#provider = provider;
    this.#calls = calls;
    this.#log = log;
  }

  /**
   * Every feature flag stays false: secrets and references arrive as plain values, and the engine marks the outputs
   * of the same name secret again. Answering at all tells the engine that previews are supported.
   */
  async handshake(
    request: providerPb.ProviderHandshakeRequest,
  ): Promise<providerPb.ProviderHandshakeResponse> {
    this.#log.connect(request.getEngineAddress());
    return new providerPb.ProviderHandshakeResponse();
  }

  async attach(request: pluginPb.PluginAttach): Promise<emptyPb.Empty> {
    this.#log.connect(request.getAddress());
    return new emptyPb.Empty();
  }

  async getPluginInfo(): Promise<pluginPb.PluginInfo> {
    const info = new pluginPb.PluginInfo();
    info.setVersion(this.#provider.version);
    return info;
  }

  /** Name and version alone: the types are in the SDK, and `pulumi import` works with `--generate-code=false`. */
  async getSchema(): Promise<providerPb.GetSchemaResponse> {
    const response = new providerPb.GetSchemaResponse();
    const { name, version } = this.#provider;
    response.setSchema(JSON.stringify({ name, version }));
    return response;
  }

  async checkConfig(request: providerPb.CheckRequest): Promise<providerPb.CheckResponse> {
    const news = decode(request.getNews());
    const failures = (await this.#provider.checkConfig?.(news)) ?? [];
    const response = new providerPb.CheckResponse();
    response.setInputs(encode(news, true));
    response.setFailuresList(failures.map(checkFailure));
    return response;
  }

  async diffConfig(request: providerPb.DiffRequest): Promise<providerPb.DiffResponse> {
    const olds = decode(request.getOldInputs());
    const news = decode(request.getNews());
    const diff = (await this.#provider.diffConfig?.(olds, news)) ?? { detailed: diffValues(olds, news) };
    return diffResponse(diff, olds);
  }

  async configure(request: providerPb.ConfigureRequest): Promise<providerPb.ConfigureResponse> {
    await this.#provider.configure(decode(request.getArgs()));
    const response = new providerPb.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  }

  async invoke(request: providerPb.InvokeRequest): Promise<providerPb.InvokeResponse> {
    const { outputs, failures } = await this.#provider.invoke(request.getTok(), decode(request.getArgs()));
    const response = new providerPb.InvokeResponse();
    response.setReturn(encode(outputs));
    response.setFailuresList(failures.map(checkFailure));
    return response;
  }

  async cancel(): Promise<emptyPb.Empty> {
    this.#calls.cancel();
    this.#provider.cancel?.();
    return new emptyPb.Empty();
  }
}
