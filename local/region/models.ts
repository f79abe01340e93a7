import type { FunctionModel, ResourceModel } from "../aws/model.ts";

/** The service models the region answers by; undefined for what is not modelled. */
export interface Models {
  resource(type: string): ResourceModel | undefined;
  function(token: string): FunctionModel | undefined;
}
