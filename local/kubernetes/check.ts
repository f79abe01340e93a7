import { autoname } from "../provider/autoname.ts";
import { configuredName, NameRefused, withNameOrigin } from "../provider/autonaming.ts";
import { ProviderError, type Call, type Failure, type Values } from "../provider/provider.ts";
import { sameValue } from "../provider/schema-diff.ts";
import { checkAnnotations } from "./annotations.ts";
import { asProviderError } from "./api-error.ts";
import { validate } from "./dry-run.ts";
import type { ServedKind } from "./cluster.ts";
import { fieldManager, isAutonamed, isManagedBy } from "./identity.ts";
import { completeInputs } from "./inputs.ts";
import { textAt } from "./json.ts";
import { comesWithKubernetes, isPatch, kindOf, type Kind } from "./kinds.ts";
import { manifestOf } from "./manifest.ts";
import { defaultNamespaceOf, namespaceIn, type Session } from "./session.ts";
import { known, mapOf } from "./values.ts";

const NAME = "metadata.name";

/**
 * Fills in what the official provider does, and has the cluster validate the object strictly. What could not be
 * checked (namespace or kind only planned, values not known) is said beside the resource.
 */
export async function check(
  session: Session,
  call: Call,
  olds: Values | undefined,
  news: Values,
): Promise<{ inputs: Values; failures: readonly Failure[] }> {
  if (isPatch(call.type, news["kind"])) {
    throw new ProviderError(
      "UNIMPLEMENTED",
      `${call.type} is not modelled by the Kubernetes stand-in: declare the object itself instead of patching it`,
    );
  }
  if (olds !== undefined) {
    session.inState.add(call.urn);
  }
  const kind = kindOf(call.type);
  try {
    const served = await session.cluster.served(kind);
    const completed = await completeInputs(olds, news, {
      kind,
      autoname: () => newName(session, call, served, news),
      namespace: defaultNamespaceOf(session, served),
    });
    if (completed.failures.length > 0) {
      return completed;
    }
    const { inputs } = completed;
    const failures = checkAnnotations(known(inputs).object);
    if (failures.length > 0) {
      return { inputs, failures };
    }
    const refused = await validateUnlessSame(session, call, kind, served, olds, inputs);
    const configured = call.autonaming !== undefined && (mapOf(news["metadata"])["name"] ?? "") === "";
    return { inputs, failures: configured ? withNameOrigin(refused, NAME) : refused };
  } catch (error) {
    if (error instanceof NameRefused) {
      return { inputs: news, failures: [{ property: NAME, reason: error.message }] };
    }
    throw asProviderError(`${call.name} could not be checked`, error);
  }
}

async function validateUnlessSame(
  session: Session,
  call: Call,
  kind: Kind,
  served: ServedKind | undefined,
  olds: Values | undefined,
  inputs: Values,
): Promise<readonly Failure[]> {
  if (served === undefined) {
    const missing = `the cluster does not serve ${kind.apiVersion} ${kind.kind}`;
    if (comesWithKubernetes(kind)) {
      return [{ property: "apiVersion", reason: `is ${kind.apiVersion}: ${missing}` }];
    }
    call.progress(`not checked: ${missing} yet`);
    return [];
  }
  if (olds !== undefined && sameValue(olds, inputs)) {
    return [];
  }
  const { object, unknown } = known(inputs);
  const verdict = await validate(session.cluster, served, manifestOf(object), {
    exists: olds !== undefined,
    incomplete: unknown.length > 0,
  });
  if (verdict.unchecked !== undefined) {
    call.progress(verdict.unchecked);
  }
  return verdict.failures;
}

/**
 * The name for an object that has none yet, by `pulumi:autonaming` where that says something: as it is, like the
 * official provider, proposed or enforced. What a cut-off update made keeps its name. Throws NameRefused.
 */
async function newName(
  session: Session,
  call: Call,
  served: ServedKind | undefined,
  news: Values,
): Promise<string> {
  const configured = call.autonaming && configuredName(call.autonaming, NAME);
  return (await cutOffName(session, call, served, news)) ?? configured ?? autoname(call, undefined);
}

/**
 * The name of an object that an update made and did not live to record: it bears our manager and an autoname, and
 * the state knows nothing of the URN. Creating it again under a new name would leave it behind.
 */
async function cutOffName(
  session: Session,
  call: Call,
  served: ServedKind | undefined,
  news: Values,
): Promise<string | undefined> {
  if (served === undefined || session.inState.has(call.urn)) {
    return undefined;
  }
  const namespace = served.namespaced ? (namespaceIn(news) ?? session.defaultNamespace) : undefined;
  const manager = fieldManager(call.urn);
  const found = (await session.cluster.list(served, namespace)).find(
    (object) =>
      isManagedBy(object, manager) &&
      isAutonamed(object) &&
      textAt(object, "metadata", "deletionTimestamp") === undefined,
  );
  return textAt(found, "metadata", "name");
}
