import { ProviderError, type Failure, type Values } from "../provider/provider.ts";
import { decodeYaml } from "./decode-yaml.ts";
import { whyNotModelled } from "./not-modelled.ts";
import { valuesOf } from "./values.ts";

/** What `kubernetes.yaml.ConfigFile` and `ConfigGroup` have their text read by. */
const DECODE = "kubernetes:yaml:decode";

/** The provider's functions. Rejects with the name of one that is not modelled and what to write instead. */
export async function invoke(
  token: string,
  args: Values,
): Promise<{ outputs: Values; failures: readonly Failure[] }> {
  if (token !== DECODE) {
    const reason =
      whyNotModelled(token) ?? `the function ${token} is not modelled by the Kubernetes stand-in`;
    throw new ProviderError("UNIMPLEMENTED", reason);
  }
  const { text, defaultNamespace } = args;
  if (typeof text !== "string") {
    throw new ProviderError(
      "INVALID_ARGUMENT",
      `${DECODE}: text is ${typeof text}: write the YAML as a string`,
    );
  }
  if (typeof defaultNamespace === "string" && defaultNamespace !== "") {
    throw new ProviderError(
      "UNIMPLEMENTED",
      `${DECODE}: defaultNamespace is not modelled by the Kubernetes stand-in: set the provider's namespace instead`,
    );
  }
  return { outputs: { result: (await decodeYaml(text)).map(valuesOf) }, failures: [] };
}
