import type { ServiceModel } from "../../model.ts";
import { ipSet } from "./ip-set.ts";
import { webAclLogging } from "./logging.ts";
import { webAcl } from "./web-acl.ts";

export const service: ServiceModel = { resources: [webAcl, ipSet, webAclLogging], functions: [] };
