import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { autonamingOf } from "./autonaming.ts";
import { withMarks, type CallSecrets } from "./call-secrets.ts";
import type { Calls } from "./calls.ts";
import { diffResponse } from "./diff-response.ts";
import type { PropertyPath } from "./property-path.ts";
import { PartialFailure, type Failure, type Provider } from "./provider.ts";
import { encode } from "./values.ts";

/**
 * The calls about one resource: the engine's messages in, the provider's methods, the engine's messages out. What was
 * marked secret in a message is marked again at the same place of the answer.
 */
export class ResourceCalls {
  readonly #provider: Provider;
  readonly #calls: Calls;

  constructor(provider: Provider, calls: Calls) {
    this.#provider = provider;
    this.#calls = calls;
  }

  async check(request: providerPb.CheckRequest, secrets: CallSecrets): Promise<providerPb.CheckResponse> {
    const { values: news, marks } = secrets.read(request.getNews());
    // The engine sends an empty struct for "no old inputs": a resource that had none is read as new, to no harm.
    const { values: olds } = secrets.read(request.getOlds());
    const call = this.#calls.context(request, {
      secrets,
      marks,
      randomSeed: request.getRandomseed_asU8(),
      autonaming: autonamingOf(request.getAutonaming()),
    });
    const known = Object.keys(olds).length === 0 ? undefined : olds;
    const { inputs, failures } = await this.#provider.check(call, known, news);
    const response = new providerPb.CheckResponse();
    // Whether unknowns are allowed the request does not say: the engine refuses them itself in an update.
    response.setInputs(encode(withMarks(inputs, marks), true));
    response.setFailuresList(failures.map((failure) => checkFailure(secrets.failure(failure, inputs))));
    return response;
  }

  async diff(request: providerPb.DiffRequest, secrets: CallSecrets): Promise<providerPb.DiffResponse> {
    const { values: oldInputs } = secrets.read(request.getOldInputs());
    const { values: oldOutputs } = secrets.read(request.getOlds());
    const { values: news, marks } = secrets.read(request.getNews());
    const call = this.#calls.context(request, { secrets, marks });
    const ignored = request.getIgnorechangesList();
    const diff = await this.#provider.diff(call, request.getId(), oldInputs, oldOutputs, news, ignored);
    return diffResponse(diff, oldInputs);
  }

  async create(request: providerPb.CreateRequest, secrets: CallSecrets): Promise<providerPb.CreateResponse> {
    const { values: inputs, marks } = secrets.read(request.getProperties());
    const call = this.#calls.context(request, { secrets, marks, timeout: request.getTimeout() });
    const preview = request.getPreview();
    const { id, outputs } = await marking(marks, this.#provider.create(call, inputs, preview));
    const response = new providerPb.CreateResponse();
    response.setId(id);
    response.setProperties(encode(withMarks(outputs, marks), preview));
    return response;
  }

  async read(request: providerPb.ReadRequest, secrets: CallSecrets): Promise<providerPb.ReadResponse> {
    const inputs = secrets.read(request.getInputs());
    const outputs = secrets.read(request.getProperties());
    const call = this.#calls.context(request, {
      secrets,
      marks: inputs.marks,
      timeout: request.getTimeout(),
    });
    const found = await this.#provider.read(call, request.getId(), inputs.values, outputs.values);
    const response = new providerPb.ReadResponse();
    if (found !== undefined) {
      response.setId(found.id);
      response.setInputs(encode(withMarks(found.inputs, inputs.marks)));
      response.setProperties(encode(withMarks(found.outputs, outputs.marks)));
    }
    return response;
  }

  async update(request: providerPb.UpdateRequest, secrets: CallSecrets): Promise<providerPb.UpdateResponse> {
    const { values: oldInputs } = secrets.read(request.getOldInputs());
    const { values: oldOutputs } = secrets.read(request.getOlds());
    const { values: news, marks } = secrets.read(request.getNews());
    const preview = request.getPreview();
    const call = this.#calls.context(request, { secrets, marks, timeout: request.getTimeout() });
    const [id, ignored] = [request.getId(), request.getIgnorechangesList()];
    const { outputs } = await marking(
      marks,
      this.#provider.update(call, id, oldInputs, oldOutputs, news, ignored, preview),
    );
    const response = new providerPb.UpdateResponse();
    response.setProperties(encode(withMarks(outputs, marks), preview));
    return response;
  }

  async delete(request: providerPb.DeleteRequest, secrets: CallSecrets): Promise<emptyPb.Empty> {
    const { values: inputs, marks } = secrets.read(request.getOldInputs());
    const { values: outputs } = secrets.read(request.getProperties());
    await this.#provider.delete(
      this.#calls.context(request, { secrets, marks, timeout: request.getTimeout() }),
      request.getId(),
      inputs,
      outputs,
    );
    return new emptyPb.Empty();
  }
}

/** What got halfway is kept in the state: it keeps its marks too. */
async function marking<T>(marks: readonly PropertyPath[], work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof PartialFailure)) throw error;
    const { id, outputs, inputs, reasons } = error;
    throw new PartialFailure(id, withMarks(outputs, marks), withMarks(inputs, marks), reasons);
  });
}

export function checkFailure(failure: Failure): providerPb.CheckFailure {
  const message = new providerPb.CheckFailure();
  message.setProperty(failure.property);
  message.setReason(failure.reason);
  return message;
}
