import { autoname } from "../provider/autoname.ts";
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
import { known } from "./values.ts";

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
      autoname: async () => (await cutOffName(session, call, served, news)) ?? autoname(call, undefined),
      namespace: defaultNamespaceOf(session, served),
    });
    if (completed.failures.length > 0) {
      return completed;
    }
    const { inputs } = completed;
    const failures = checkAnnotations(known(inputs).object);
    return {
      inputs,
      failures:
        failures.length > 0 ? failures : await validateUnlessSame(session, call, kind, served, olds, inputs),
    };
  } catch (error) {
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
