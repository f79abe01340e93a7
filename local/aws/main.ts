/** `pulumi-resource-aws` of a local stack: the AWS provider's place taken by the region on this machine. */
import { createRequire } from "node:module";

import { serve } from "../provider/server.ts";
import { callRegion } from "../region/client.ts";
import { AwsProvider } from "./plugin.ts";

const { version } = createRequire(import.meta.url)("@pulumi/aws/package.json") as { version: string };

await serve(new AwsProvider(version, callRegion));
