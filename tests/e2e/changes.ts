/** Of what the CLI printed at the end of its updates: "+ 12 created", "~ 1 updated" and so on; empty when nothing changed. */
export const changes = (text: string): readonly string[] =>
  text.match(/[+~-]+\s?\d+ (created|updated|replaced|deleted)/g) ?? [];

/**
 * `<operation> <type> <name>` of each resource that the CLI's lines say was changed, once each: the CLI writes a resource's line
 * again when a message about that resource arrives late. Without Deployments that had an unready pod just then, as while an
 * autoscaler adds some: as the official provider does, they are waited for, which shows as an update.
 */
export function changedResources(text: string): readonly string[] {
  const lines = text.matchAll(/^ [~+-]+ +(\S+) (\S+) (created|updated|replaced|deleted)\b/gm);
  const changed = new Set([...lines].map(([, type, name, operation]) => `${operation} ${type} ${name}`));
  return [...changed].filter((change) => !change.startsWith("updated kubernetes:apps/v1:Deployment ")).sort();
}
