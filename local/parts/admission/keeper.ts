import { applyOne } from "../cluster/api-client.ts";
import type { Manifest } from "../cluster/manifest.ts";
import type { ClusterAccess } from "../../region/protocol.ts";

/** A configuration that was deleted or changed by hand is back after this long, in milliseconds. */
const REPAIR_EVERY_MS = 10_000;
const PATH = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

export interface WebhookKeeperOptions {
  readonly access: ClusterAccess;
  readonly wanted: readonly Manifest[];
  readonly log: (message: string) => void;
  /** Default: every 10 s. */
  readonly everyMs?: number;
  /** Applies a configuration and answers it as the API server then has it; default: over HTTP. */
  readonly apply?: typeof applyOne;
}

/** Puts the webhooks' configurations back, as long as it is not closed: they are EKS's own, nobody else makes them. */
export function keepWebhooks(options: WebhookKeeperOptions): { close(): Promise<void> } {
  const { access, wanted, log, everyMs = REPAIR_EVERY_MS, apply = applyOne } = options;
  /** Uid and generation by name: other ones after our own apply mean that there was something to put back. */
  const versions = new Map<string, string>();
  let failure: string | undefined;
  let pass: Promise<void> | undefined;

  async function repair(): Promise<void> {
    try {
      for (const configuration of wanted) {
        const { name } = configuration.metadata;
        const version = versionOf(await apply(access, `${PATH}/${name}`, configuration));
        const before = versions.get(name);
        versions.set(name, version);
        if (before !== undefined && before !== version) {
          log(`admission: ${name} was changed or deleted by hand, put back`);
        }
      }
      failure = undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== failure) log(`admission: ${message}`);
      failure = message;
    }
  }

  // While a pass lasts no other is begun: against a slow API server they would pile up, and `close` wait for all.
  const begin = (): void => {
    pass ??= repair().finally(() => (pass = undefined));
  };
  const timer = setInterval(begin, everyMs).unref();
  begin();
  return {
    async close() {
      clearInterval(timer);
      await pass;
    },
  };
}

function versionOf(object: string): string {
  const { metadata } = JSON.parse(object) as { metadata: { uid: string; generation: number } };
  return `${metadata.uid}/${metadata.generation}`;
}
