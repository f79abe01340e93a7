import { AwsError } from "../../aws/model.ts";
import type { PartDriver } from "../../region/part.ts";
import { Registry, REPOSITORY } from "./registry.ts";
import type { RegistryContext } from "./registry.ts";

export { registryAddress } from "./registry.ts";

const RETRY_MS = 250;

/**
 * `aws:ecr/repository:Repository` on Debian's docker-registry. Known differences: it makes a repository at its
 * first push whether or not it was created, asks for no credentials (whoever may enter its host pushes), and neither scans images nor holds tags immutable
 * or applies lifecycle policies (releases name images by digest).
 */
export function createRegistryDriver(context: RegistryContext): PartDriver {
  const registry = new Registry(context);
  const known = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  /** Now, or as soon as there is a subnet, for as long as there is a repository. */
  async function start(repository: string): Promise<void> {
    known.add(repository);
    await registry.start();
    timer ??= setInterval(() => {
      if (known.size === 0 || registry.started) return;
      registry.start().catch((error: unknown) => console.error(`registry: ${String(error)}`));
    }, RETRY_MS).unref();
  }

  return {
    types: [REPOSITORY],
    create: async ({ id }) => {
      await start(id);
      return {};
    },
    update: async ({ id }) => {
      await start(id);
      return {};
    },
    delete: async ({ id, inputs }) => {
      if (inputs["forceDelete"] !== true && registry.storage.manifests(id).length > 0) {
        throw new AwsError(
          "RepositoryNotEmptyException",
          `The repository with name '${id}' in registry with id '${context.account.id}' cannot be deleted because it still contains images`,
        );
      }
      known.delete(id);
      registry.storage.remove(id);
      const others = context.account.all(REPOSITORY).some((repository) => repository.id !== id);
      if (others && registry.started) return registry.collectGarbage();
      if (others) return;
      clearInterval(timer);
      timer = undefined;
      await registry.remove();
    },
    present: () => registry.present(),
    adopt: ({ id }) => start(id),
  };
}
