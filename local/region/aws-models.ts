import { functionModel, resourceModel } from "../aws/services/index.ts";
import type { Models } from "./models.ts";

/** What the stand-in knows of AWS. */
export const models: Models = { resource: resourceModel, function: functionModel };
