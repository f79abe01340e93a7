import type { PropertyPath } from "../provider/property-path.ts";
import type { Call, Failure, Provider, Value, Values } from "../provider/provider.ts";
import { ProviderError, Secret } from "../provider/provider.ts";
import type { JsonObject, RegionApi, StoredResource } from "../region/protocol.ts";
import { withAbsolutePaths } from "./assets.ts";
import { withDefaultsOf, withoutDefaults } from "./autoname.ts";
import { checkInputs, type Modelled } from "./check.ts";
import { checkAwsConfig, parseAwsConfig, type AwsConfig } from "./config.ts";
import { diffResource } from "./diff.ts";
import { typeFacts } from "./facts.ts";
import { plannedOutputs, storedInputs, updatedOutputs, withSecrets } from "./outputs.ts";
import { providerError } from "./region-errors.ts";
import { functionModel, modelledFunctions, modelledTypes, resourceModel } from "./services/index.ts";
import { inputShape } from "./shapes.ts";
import { checkDeclared, withoutNulls } from "./validate.ts";

/** One call to the region; `callRegion` of local/region/client.ts. */
export type CallRegion = <K extends keyof RegionApi>(
  name: K,
  request: RegionApi[K]["request"],
  options: { readonly signal?: AbortSignal; readonly progress?: (message: string) => void },
) => Promise<RegionApi[K]["result"]>;

/** Names what there is of the same service, so that a near miss is seen at once. */
function notModelled(token: string, modelled: readonly string[]): string {
  const service = token.split("/")[0] ?? token;
  const near = modelled.filter((other) => other.startsWith(`${service}/`));
  const has =
    near.length > 0 ? `of this service it models ${near.join(", ")}` : "it models nothing of this service";
  return `${token} is not modelled by the stand-in for AWS; ${has}`;
}

/** The type's model; a NOT modelled type is refused by name. */
function modelledType(type: string): Modelled {
  const model = resourceModel(type);
  const facts = typeFacts(type);
  const members = inputShape(type);
  if (!model || !facts || !members)
    throw new ProviderError("UNIMPLEMENTED", notModelled(type, modelledTypes()));
  return { model, facts, members };
}

/** The region hides in its log and errors what the program marked. */
function marked({ secretPaths }: Call): Pick<StoredResource, "secrets"> {
  return secretPaths.length === 0 ? {} : { secrets: secretPaths };
}

/** The stand-in for the AWS provider: validates, diffs, and asks the region for everything else. */
export class AwsProvider implements Provider {
  readonly name = "aws";
  readonly version: string;
  private readonly region: CallRegion;
  private config: AwsConfig = { region: "", defaultTags: {} };

  constructor(version: string, region: CallRegion) {
    this.version = version;
    this.region = region;
  }

  sensitive(type: string, [property]: PropertyPath): boolean {
    return typeFacts(type)?.properties[String(property)]?.secret === true;
  }

  async checkConfig(config: Values): Promise<readonly Failure[]> {
    return checkAwsConfig(config, process.env);
  }

  /** Another region or account is another world: everything in it is replaced. */
  async diffConfig(olds: Values, news: Values): ReturnType<NonNullable<Provider["diffConfig"]>> {
    const moved = parseAwsConfig(olds, process.env).region !== parseAwsConfig(news, process.env).region;
    return { detailed: moved ? { region: "update-replace" } : {} };
  }

  async configure(config: Values): Promise<void> {
    // The engine does not check the configuration of default providers on every path: never start on a bad one.
    const failures = checkAwsConfig(config, process.env);
    if (failures.length > 0) {
      throw new ProviderError("INVALID_ARGUMENT", failures.map((failure) => failure.reason).join("; "));
    }
    this.config = parseAwsConfig(config, process.env);
  }

  async check(call: Call, olds: Values | undefined, news: Values): ReturnType<Provider["check"]> {
    if (!resourceModel(call.type)) {
      return { inputs: news, failures: [{ property: "", reason: notModelled(call.type, modelledTypes()) }] };
    }
    return checkInputs(call, olds, news, modelledType(call.type), this.config.defaultTags);
  }

  async diff(
    call: Call,
    _id: string,
    oldInputs: Values,
    oldOutputs: Values,
    news: Values,
  ): ReturnType<Provider["diff"]> {
    const { model, facts } = modelledType(call.type);
    return diffResource(model, facts, call.name, oldInputs, oldOutputs, news);
  }

  async create(call: Call, inputs: Values, preview: boolean): ReturnType<Provider["create"]> {
    const modelled = modelledType(call.type);
    const { facts, members } = modelled;
    if (preview) return { id: "", outputs: plannedOutputs(inputs, modelled, this.config.region) };
    const request = { urn: call.urn, type: call.type, inputs: this.placed(inputs, members), ...marked(call) };
    const stored = await this.ask(call, `creating ${call.type} "${call.name}"`, "aws/create", request);
    return { id: stored.id, outputs: withSecrets(stored.outputs, facts) };
  }

  async read(call: Call, id: string, inputs: Values): ReturnType<Provider["read"]> {
    const { facts } = modelledType(call.type);
    const stored = await this.ask(call, `reading ${call.type} ${id}`, "aws/read", { type: call.type, id });
    if (stored === null) return undefined;
    return {
      id: stored.id,
      inputs: withDefaultsOf(
        inputs,
        storedInputs(stored.inputs, facts, this.config.region, inputs["region"] !== undefined),
      ),
      outputs: withSecrets(stored.outputs, facts),
    };
  }

  async update(
    call: Call,
    id: string,
    _oldInputs: Values,
    oldOutputs: Values,
    news: Values,
    _ignoreChanges: readonly string[],
    preview: boolean,
  ): ReturnType<Provider["update"]> {
    const modelled = modelledType(call.type);
    const { facts, members } = modelled;
    if (preview) return { outputs: updatedOutputs(oldOutputs, withoutDefaults(news), modelled) };
    const request = { type: call.type, id, inputs: this.placed(news, members), ...marked(call) };
    const stored = await this.ask(call, `updating ${call.type} ${id}`, "aws/update", request);
    return { outputs: withSecrets(stored.outputs, facts) };
  }

  async delete(call: Call, id: string): Promise<void> {
    modelledType(call.type);
    await this.ask(call, `deleting ${call.type} ${id}`, "aws/delete", { type: call.type, id });
  }

  async invoke(token: string, args: Values): ReturnType<Provider["invoke"]> {
    const model = functionModel(token);
    const members = inputShape(token);
    if (!model || !members) throw new ProviderError("UNIMPLEMENTED", notModelled(token, modelledFunctions()));
    const given = withoutNulls(args);
    const failures = checkDeclared(given, members, undefined);
    if (failures.length > 0) return { outputs: {}, failures };
    const request = { token, args: this.placed(given, members) };
    const outputs: Record<string, Value> = {
      ...(await this.ask(undefined, `invoking ${token}`, "aws/invoke", request)),
    };
    for (const key of model.secrets ?? []) {
      const value = outputs[key];
      if (value !== undefined) outputs[key] = new Secret(value);
    }
    return { outputs, failures: [] };
  }

  /** Inputs as they cross the socket, in the provider's region where they name none. Never called with unknowns. */
  private placed(inputs: Values, members: Modelled["members"]): JsonObject {
    const plain = withoutDefaults(inputs);
    const placed = "region" in members ? { region: this.config.region, ...plain } : plain;
    return withAbsolutePaths(placed, members) as JsonObject;
  }

  private async ask<K extends keyof RegionApi>(
    call: Call | undefined,
    doing: string,
    name: K,
    request: RegionApi[K]["request"],
  ): Promise<RegionApi[K]["result"]> {
    try {
      return await this.region(name, request, call ? { signal: call.signal, progress: call.progress } : {});
    } catch (error) {
      throw providerError(error, doing);
    }
  }
}
