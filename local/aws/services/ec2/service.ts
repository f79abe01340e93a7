import type { ServiceModel } from "../../model.ts";
import { vpcEndpoint } from "./endpoints.ts";
import { flowLog } from "./flow-log.ts";
import { eip, internetGateway, natGateway } from "./gateways.ts";
import { getManagedPrefixList } from "./prefix-lists.ts";
import { route, routeTable, routeTableAssociation } from "./routes.ts";
import { egressRule, ingressRule } from "./security-group-rules.ts";
import { defaultSecurityGroup, securityGroup } from "./security-groups.ts";
import { subnet, vpc } from "./vpc.ts";

export const service: ServiceModel = {
  resources: [
    vpc,
    subnet,
    internetGateway,
    eip,
    natGateway,
    routeTable,
    route,
    routeTableAssociation,
    securityGroup,
    defaultSecurityGroup,
    ingressRule,
    egressRule,
    vpcEndpoint,
    flowLog,
  ],
  functions: [getManagedPrefixList],
};
