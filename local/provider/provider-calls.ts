import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { withMarks, type CallSecrets } from "./call-secrets.ts";
import type { Calls } from "./calls.ts";
import { diffResponse } from "./diff-response.ts";
import type { EngineLog } from "./engine-log.ts";
import type { Provider } from "./provider.ts";
import { checkFailure } from "./resource-calls.ts";
import { diffValues } from "./schema-diff.ts";
import { encode } from "./values.ts";

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
   * Secrets arrive marked: else no text could be kept from showing what only the program marks. For that we mark
   * inputs and outputs again ourselves. All other flags stay false: references arrive as plain values. Answering at
   * all tells the engine that previews are supported. Without the flag for names the engine keeps what
   * `pulumi:autonaming` says to itself. A provider that makes no names has nothing to obey.
   */
  async handshake(
    request: providerPb.ProviderHandshakeRequest,
  ): Promise<providerPb.ProviderHandshakeResponse> {
    this.#log.connect(request.getEngineAddress());
    const response = new providerPb.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
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

  /**
   * The engine sends no marks here, and prints the value of a property that a failure names: no failure names one, its
   * key stands in the reason.
   */
  async checkConfig(
    request: providerPb.CheckRequest,
    secrets: CallSecrets,
  ): Promise<providerPb.CheckResponse> {
    const { values: news } = secrets.read(request.getNews());
    const failures = (await this.#provider.checkConfig?.(news)) ?? [];
    const response = new providerPb.CheckResponse();
    response.setInputs(encode(news, true));
    const shown = failures.map((failure) => secrets.failure(failure, news));
    const keyed = shown.map(({ property, reason }) => ({
      property: "",
      reason: property === "" || reason.includes(property) ? reason : `${property}: ${reason}`,
    }));
    response.setFailuresList(keyed.map(checkFailure));
    return response;
  }

  async diffConfig(request: providerPb.DiffRequest, secrets: CallSecrets): Promise<providerPb.DiffResponse> {
    const { values: olds } = secrets.read(request.getOldInputs());
    const { values: news } = secrets.read(request.getNews());
    const diff = (await this.#provider.diffConfig?.(olds, news)) ?? { detailed: diffValues(olds, news) };
    return diffResponse(diff, olds);
  }

  async configure(
    request: providerPb.ConfigureRequest,
    secrets: CallSecrets,
  ): Promise<providerPb.ConfigureResponse> {
    await this.#provider.configure(secrets.read(request.getArgs()).values);
    const response = new providerPb.ConfigureResponse();
    response.setSupportspreview(true);
    response.setAcceptsecrets(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  /** What a function answers to a secret argument is as secret as that. */
  async invoke(request: providerPb.InvokeRequest, secrets: CallSecrets): Promise<providerPb.InvokeResponse> {
    const { values: args, marks } = secrets.read(request.getArgs());
    const { outputs, failures } = await this.#provider.invoke(request.getTok(), args);
    const response = new providerPb.InvokeResponse();
    const paths = marks.length === 0 ? [] : Object.keys(outputs).map((key) => [key]);
    response.setReturn(encode(withMarks(outputs, paths)));
    response.setFailuresList(failures.map((failure) => checkFailure(secrets.failure(failure, args))));
    return response;
  }

  async cancel(): Promise<emptyPb.Empty> {
    this.#calls.cancel();
    this.#provider.cancel?.();
    return new emptyPb.Empty();
  }
}
