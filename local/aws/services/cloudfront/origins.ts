import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { object, objects, text } from "../fields.ts";
import { LOAD_BALANCER } from "../lb/references.ts";
import { eachBetween, eachOneOf } from "../nested-rules.ts";
import { longest, matches, oneOf } from "../rules.ts";
import {
  capitals,
  checkName,
  cloudfrontArn,
  newEtag,
  ORIGIN_ACCESS_CONTROL,
  refuseWhileUsed,
  VPC_ORIGIN,
} from "./references.ts";

const OAC_DOC =
  "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html";
const VPC_DOC = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginEndpointConfig.html";
const CONFIG = "vpcOriginEndpointConfig";

export const originAccessControl: ResourceModel = {
  type: ORIGIN_ACCESS_CONTROL,
  autoname: { property: "name", maxLength: 64 },
  rules: [
    matches("name", /^.{1,64}$/, "1 to 64 characters", OAC_DOC),
    longest("description", 256, OAC_DOC),
    // Of the four kinds only buckets have a part.
    oneOf("originAccessControlOriginType", ["s3"], OAC_DOC),
    oneOf("signingBehavior", ["always", "never", "no-override"], OAC_DOC),
    oneOf("signingProtocol", ["sigv4"], OAC_DOC),
  ],
  create(inputs, account) {
    checkName(account, ORIGIN_ACCESS_CONTROL, inputs, "OriginAccessControlAlreadyExists");
    const id = `E${capitals(13)}`;
    return { id, outputs: { arn: cloudfrontArn(account, `origin-access-control/${id}`), etag: newEtag() } };
  },
  update(current, inputs, account) {
    checkName(account, ORIGIN_ACCESS_CONTROL, inputs, "OriginAccessControlAlreadyExists", current.id);
    return { etag: newEtag() };
  },
  canDelete({ id }, account) {
    const used = (distribution: JsonObject): boolean =>
      objects(distribution, "origins").some((origin) => text(origin, "originAccessControlId") === id);
    refuseWhileUsed(
      account,
      used,
      "OriginAccessControlInUse",
      "Cannot delete the origin access control because it's in use by one or more distributions.",
    );
  },
};

/** Load balancers and instances have VPC origins; of these the stand-in has load balancers. */
function checkEndpoint(inputs: JsonObject, account: Account): void {
  const arn = text(object(inputs, CONFIG) ?? {}, "arn") ?? "";
  if (account.all(LOAD_BALANCER).some((balancer) => balancer.outputs["arn"] === arn)) return;
  throw new AwsError(
    "InvalidArgument",
    `The VPC origin endpoint ${arn} is not a load balancer of this account`,
  );
}

export const vpcOrigin: ResourceModel = {
  type: VPC_ORIGIN,
  notModelled: ["timeouts"],
  sets: [`${CONFIG}.originSslProtocols.items`],
  rules: [
    matches(`${CONFIG}.name`, /^.{1,64}$/, "1 to 64 characters", VPC_DOC),
    eachBetween(`${CONFIG}.httpPort`, 1, 65_535, VPC_DOC),
    eachBetween(`${CONFIG}.httpsPort`, 1, 65_535, VPC_DOC),
    oneOf(`${CONFIG}.originProtocolPolicy`, ["http-only", "match-viewer", "https-only"], VPC_DOC),
    eachOneOf(`${CONFIG}.originSslProtocols.items`, ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"], VPC_DOC),
  ],
  create(inputs, account) {
    checkEndpoint(inputs, account);
    const id = `vo_${capitals(22)}`;
    return { id, outputs: { arn: cloudfrontArn(account, `vpcorigin/${id}`), etag: newEtag() } };
  },
  update(_current, inputs, account) {
    checkEndpoint(inputs, account);
    return { etag: newEtag() };
  },
  canDelete({ id }, account) {
    const used = (distribution: JsonObject): boolean =>
      objects(distribution, "origins").some(
        (origin) => text(object(origin, "vpcOriginConfig") ?? {}, "vpcOriginId") === id,
      );
    refuseWhileUsed(
      account,
      used,
      "CannotDeleteEntityWhileInUse",
      `The VPC origin ${id} cannot be deleted while it is in use.`,
    );
  },
};
