import type { ServiceModel } from "../../model.ts";
import { policy } from "./policies.ts";
import { getPolicyDocument } from "./policy-document.ts";
import { role, rolePolicy, rolePolicyAttachment } from "./roles.ts";

export const service: ServiceModel = {
  resources: [role, rolePolicy, rolePolicyAttachment, policy],
  functions: [getPolicyDocument],
};
