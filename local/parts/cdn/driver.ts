import { DISTRIBUTION } from "../../aws/services/cloudfront/references.ts";
import type { PartDriver } from "../../region/part.ts";
import type { Machine } from "../machine.ts";
import { Edge } from "./edge.ts";
import type { EdgeContext } from "./edge.ts";

const edges = new WeakMap<Machine, Edge>();

/** One a machine, for the driver and the API alike. */
export function edgeOf(context: EdgeContext): Edge {
  const known = edges.get(context.machine);
  if (known !== undefined) return known;
  const edge = new Edge(context);
  edges.set(context.machine, edge);
  return edge;
}

/**
 * `aws:cloudfront/distribution:Distribution` on nginx: HTTP on loopback, one cache. Policies, VPC origins, web ACLs and IP
 * sets have no part of their own; the distribution reads them from the record every second.
 *
 * Known differences: `domainName` is `127.0.0.1:<port>` (CloudFront: `d….cloudfront.net`); one location, so no
 * regional cache behind it; a connection to the origin is tried once (CloudFront: `connectionAttempts`), gzip but not brotli is
 * made here (what the origin encoded passes); a HEAD that is not in the cache is asked as a GET; errors of a behaviour that
 * caches nothing are not cached; aliases, certificates, price class, HTTP/2, IPv6 and metrics have no effect; AWS's managed
 * rule groups let everything through; the page for an error is asked without the viewer's cookies' effect on its key.
 */
export function createDistributionDriver(context: EdgeContext): PartDriver {
  const edge = edgeOf(context);
  return {
    types: [DISTRIBUTION],
    create: async (resource) => {
      edge.check(resource);
      return { domainName: await edge.ensure(resource) };
    },
    update: async (resource) => {
      edge.check(resource);
      return { domainName: await edge.ensure(resource) };
    },
    delete: ({ id }) => edge.remove(id),
    present: async ({ id }) => edge.present(id),
    observe: async (resource) => edge.observe(resource),
    adopt: (resource) => edge.adopt(resource),
  };
}
