import { ProviderError } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { isObject, textAt } from "./json.ts";

/**
 * The objects of a YAML or JSON text, a document each. Documents without `kind` or `apiVersion` are left out, as in the
 * official provider. Its rules of plain values are those of its YAML library (sigs.k8s.io/yaml), from YAML 1.1: `yes`
 * and `on` are true, `0644` is octal, a date and `12:30` are texts; of a key that is written twice the last one counts.
 * Throws INVALID_ARGUMENT with the place of what cannot be read, never with its text: a manifest may hold a Secret.
 */
export async function decodeYaml(text: string): Promise<readonly JsonObject[]> {
  const objects: JsonObject[] = [];
  for (const [index, document] of (await documentsOf(text)).entries()) {
    if (isObject(document)) {
      objects.push(document);
    } else if (document !== null && document !== undefined) {
      throw refused(`document ${String(index + 1)} is not an object: write apiVersion, kind and metadata`);
    }
  }
  return objects.filter((object) => hasText(object, "kind") && hasText(object, "apiVersion"));
}

/** Loaded when it is needed alone: most programs have no YAML. */
async function documentsOf(text: string): Promise<readonly unknown[]> {
  const yaml = await import("js-yaml");
  const whole = yaml.defineScalarTag<number>("tag:yaml.org,2002:int", {
    ...yaml.intYaml11Tag,
    implicitFirstChars: null,
    resolve: (source, ...rest) => {
      const known = /^[-+]?0o/.test(source) ? yaml.intCoreTag : yaml.intYaml11Tag;
      return source.includes(":") ? yaml.NOT_RESOLVED : known.resolve(source, ...rest);
    },
  });
  const schema = yaml.CORE_SCHEMA.withTags(yaml.boolYaml11Tag, whole, yaml.mergeTag);
  try {
    return yaml.loadAll(text, { schema, json: true });
  } catch (error) {
    if (!(error instanceof yaml.YAMLException)) {
      throw error;
    }
    const line = error.mark === undefined ? "" : ` (line ${String(error.mark.line + 1)})`;
    throw refused(`cannot be read${line}: ${error.reason}`);
  }
}

function hasText(object: JsonObject, key: string): boolean {
  return (textAt(object, key) ?? "") !== "";
}

function refused(reason: string): ProviderError {
  return new ProviderError("INVALID_ARGUMENT", `the YAML text ${reason}`);
}
