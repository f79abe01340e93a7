import type { ServiceModel } from "../../model.ts";
import { subscription } from "./subscription.ts";
import { topic } from "./topic.ts";
import { topicPolicy } from "./topic-policy.ts";

export const service: ServiceModel = { resources: [topic, topicPolicy, subscription], functions: [] };
