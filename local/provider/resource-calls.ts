import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Calls } from "./calls.ts";
import { diffResponse } from "./diff-response.ts";
import type { Failure, Provider } from "./provider.ts";
import { decode, encode } from "./values.ts";

/** The calls about one resource: the engine's messages in, the provider's methods, the engine's messages out. */
export class ResourceCalls {
  readonly #provider: Provider;
  readonly #calls: Calls;

  constructor(provider: Provider, calls: Calls) {
    this.#provider = provider;
    this.#calls = calls;
  }

  async check(request: providerPb.CheckRequest): Promise<providerPb.CheckResponse> {
    const call = this.#calls.context(request, 0, request.getRandomseed_asU8());
    // The engine sends an empty struct for "no old inputs": a resource that had none is read as new, to no harm.
    const olds = decode(request.getOlds());
    const { inputs, failures } = await this.#provider.check(
      call,
      Object.keys(olds).length === 0 ? undefined : olds,
      decode(request.getNews()),
    );
    const response = new providerPb.CheckResponse();
    // Whether unknowns are allowed the request does not say: the engine refuses them itself in an update.
    response.setInputs(encode(inputs, true));
    response.setFailuresList(failures.map(checkFailure));
    return response;
  }

  async diff(request: providerPb.DiffRequest): Promise<providerPb.DiffResponse> {
    const oldInputs = decode(request.getOldInputs());
    const diff = await this.#provider.diff(
      this.#calls.context(request),
      request.getId(),
      oldInputs,
      decode(request.getOlds()),
      decode(request.getNews()),
      request.getIgnorechangesList(),
    );
    return diffResponse(diff, oldInputs);
  }

  async create(request: providerPb.CreateRequest): Promise<providerPb.CreateResponse> {
    const call = this.#calls.context(request, request.getTimeout());
    const preview = request.getPreview();
    const { id, outputs } = await this.#provider.create(call, decode(request.getProperties()), preview);
    const response = new providerPb.CreateResponse();
    response.setId(id);
    response.setProperties(encode(outputs, preview));
    return response;
  }

  async read(request: providerPb.ReadRequest): Promise<providerPb.ReadResponse> {
    const found = await this.#provider.read(
      this.#calls.context(request, request.getTimeout()),
      request.getId(),
      decode(request.getInputs()),
      decode(request.getProperties()),
    );
    const response = new providerPb.ReadResponse();
    if (found !== undefined) {
      response.setId(found.id);
      response.setInputs(encode(found.inputs));
      response.setProperties(encode(found.outputs));
    }
    return response;
  }

  async update(request: providerPb.UpdateRequest): Promise<providerPb.UpdateResponse> {
    const preview = request.getPreview();
    const { outputs } = await this.#provider.update(
      this.#calls.context(request, request.getTimeout()),
      request.getId(),
      decode(request.getOldInputs()),
      decode(request.getOlds()),
      decode(request.getNews()),
      request.getIgnorechangesList(),
      preview,
    );
    const response = new providerPb.UpdateResponse();
    response.setProperties(encode(outputs, preview));
    return response;
  }

  async delete(request: providerPb.DeleteRequest): Promise<emptyPb.Empty> {
    await this.#provider.delete(
      this.#calls.context(request, request.getTimeout()),
      request.getId(),
      decode(request.getOldInputs()),
      decode(request.getProperties()),
    );
    return new emptyPb.Empty();
  }
}

export function checkFailure(failure: Failure): providerPb.CheckFailure {
  const message = new providerPb.CheckFailure();
  message.setProperty(failure.property);
  message.setReason(failure.reason);
  return message;
}
