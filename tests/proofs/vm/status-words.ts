/**
 * Whether `make status`, asked after a boot that ended a stack, says why no page is served: not that there is nothing, but
 * what happened and what to type.
 */
export function saysWhyNot(status: string): boolean {
  return (
    !/nothing is up on this machine;/.test(status) &&
    /\b(boot|reboot|start)/i.test(status) &&
    status.includes("make ")
  );
}
