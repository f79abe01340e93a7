import { z } from "zod";
import type { Release } from "../../config.ts";
import { route } from "../../route.ts";
import type { Route } from "../../route.ts";

const releaseSchema = z.strictObject({
  version: z.string(),
  colour: z.enum(["blue", "green", "none"]),
  image: z.string(),
});

export function versionRoutes(release: Release): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/version",
      operationId: "getVersion",
      summary: "Which release answered.",
      responses: { 200: releaseSchema },
      cache: "no-store",
      handle: () => ({ status: 200, body: release }),
    }),
  ];
}
