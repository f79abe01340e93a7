import type { ServiceModel } from "../../model.ts";
import { alarm } from "./alarm.ts";
import { dashboard } from "./dashboard.ts";

/** Alarms and dashboards; log groups, which share the SDK's module, are in logs.ts. */
export const service: ServiceModel = { resources: [alarm, dashboard], functions: [] };
