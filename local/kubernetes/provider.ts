import { createRequire } from "node:module";
import { ProviderError, type Provider, type Values } from "../provider/provider.ts";
import { accessTo } from "./access.ts";
import { whileRegionRuns } from "./region-watch.ts";
import { check } from "./check.ts";
import { Cluster } from "./cluster.ts";
import { checkSettings, diffSettings, readSettings } from "./config.ts";
import { create, previewCreate } from "./create.ts";
import { deleteObject } from "./delete.ts";
import { httpsTransport } from "./http.ts";
import { invoke } from "./invoke.ts";
import { readTarget } from "./kubeconfig.ts";
import { read } from "./read.ts";
import type { Session } from "./session.ts";
import { diff } from "./resource-diff.ts";
import { update } from "./update.ts";

const { version } = createRequire(import.meta.url)("@pulumi/kubernetes/package.json") as { version: string };

/** The stand-in for the official Kubernetes provider: it writes to the region's own clusters and to no other. */
export function kubernetesProvider(): Provider {
  let configured: Session | undefined;
  const session = (): Session => {
    if (configured === undefined) {
      throw new ProviderError(
        "FAILED_PRECONDITION",
        "the Kubernetes stand-in has no cluster: it was not configured",
      );
    }
    return configured;
  };
  return {
    name: "kubernetes",
    version: version.replace(/^v/, ""),

    sensitive: (type, [property]) =>
      /:Secret(Patch)?$/.test(type) && (property === "data" || property === "stringData"),

    checkConfig: async (config) => checkSettings(config),
    diffConfig: async (olds, news) =>
      diffSettings(olds, news, { old: await serverOf(olds), new: await serverOf(news) }),

    async configure(config) {
      const [failure] = checkSettings(config);
      if (failure !== undefined) {
        throw new ProviderError("INVALID_ARGUMENT", `kubernetes:${failure.property} ${failure.reason}`);
      }
      const settings = readSettings(config);
      const target = await readTarget(settings);
      const cluster = new Cluster(whileRegionRuns(httpsTransport(await accessTo(target.server))));
      const defaultNamespace = settings.namespace ?? target.namespace ?? "default";
      configured = { cluster, settings, defaultNamespace, inState: new Set() };
    },

    check: async (call, olds, news) => await check(session(), call, olds, news),
    diff: async (call, id, inputs, outputs, news, ignoreChanges) =>
      await diff(session(), call, { id, inputs, outputs }, news, ignoreChanges),
    create: async (call, inputs, preview) =>
      preview ? await previewCreate(session(), call, inputs) : await create(session(), call, inputs),
    read: async (call, id, inputs, outputs) => await read(session(), call, id, inputs, outputs),
    update: async (call, id, inputs, outputs, news, ignoreChanges, preview) =>
      await update(session(), call, { id, inputs, outputs }, news, ignoreChanges, preview),
    delete: async (call, id, inputs, outputs) => {
      await deleteObject(session(), call, id, inputs, outputs);
    },
    invoke: async (token, args) => await invoke(token, args),
  };
}

/** Undefined for a kubeconfig that is not known or cannot be read: `configure` reports that. */
async function serverOf(config: Values): Promise<string | undefined> {
  const settings = readSettings(config);
  if (settings.kubeconfig === "") {
    return undefined;
  }
  return await readTarget(settings).then(
    ({ server }) => server,
    () => undefined,
  );
}
