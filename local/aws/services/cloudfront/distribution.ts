import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { FunctionModel, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { object, objects, text, texts } from "../fields.ts";
import { generatedName } from "../names.ts";
import { checkReferences } from "./distribution-references.ts";
import { distributionRules } from "./distribution-rules.ts";
import { capitals, cloudfrontArn, DISTRIBUTION, newEtag } from "./references.ts";

/** The hosted zone of every distribution. https://docs.aws.amazon.com/general/latest/gr/cf_region.html */
const ZONE_ID = "Z2FDTNDATAQYW2";

const BEHAVIOURS = ["defaultCacheBehavior", "orderedCacheBehaviors"];

/** Of a behaviour: what runs code of others, checks signatures, or belongs to the time before policies. */
const BEHAVIOUR_NOT_MODELLED = [
  "defaultTtl",
  "fieldLevelEncryptionId",
  "forwardedValues",
  "grpcConfig",
  "lambdaFunctionAssociations",
  "maxTtl",
  "minTtl",
  "realtimeLogConfigArn",
  "smoothStreaming",
  "trustedKeyGroups",
  "trustedSigners",
];

const ORIGIN_NOT_MODELLED = [
  "customOriginConfig.ipAddressType",
  "customOriginConfig.originMtlsConfig",
  "originShield",
  "responseCompletionTimeout",
  "s3OriginConfig",
  "vpcOriginConfig.ownerAccountId",
];

function behaviour(given: JsonObject): JsonObject {
  return {
    compress: false,
    defaultTtl: 0,
    grpcConfig: { enabled: false },
    maxTtl: 0,
    minTtl: 0,
    trustedKeyGroups: [],
    trustedSigners: [],
    ...given,
  };
}

function origin(given: JsonObject): JsonObject {
  const timeouts = { originKeepaliveTimeout: 5, originReadTimeout: 30 };
  const blocks = ["customOriginConfig", "vpcOriginConfig"].flatMap((key) => {
    const block = object(given, key);
    return block ? [[key, { ...timeouts, ...block }] as const] : [];
  });
  return {
    connectionAttempts: 3,
    connectionTimeout: 10,
    originPath: "",
    ...given,
    ...Object.fromEntries(blocks),
  };
}

/** The configuration as CloudFront answers it, with its own defaults filled in. */
function configured(inputs: JsonObject): Record<string, Json> {
  const certificate = object(inputs, "viewerCertificate") ?? {};
  const logging = object(inputs, "loggingConfig");
  const restriction = object(object(inputs, "restrictions") ?? {}, "geoRestriction") ?? {};
  return {
    defaultCacheBehavior: behaviour(object(inputs, "defaultCacheBehavior") ?? {}),
    ...(inputs["orderedCacheBehaviors"] === undefined
      ? {}
      : { orderedCacheBehaviors: objects(inputs, "orderedCacheBehaviors").map(behaviour) }),
    origins: objects(inputs, "origins").map(origin),
    restrictions: { geoRestriction: { locations: [...texts(restriction, "locations")], ...restriction } },
    viewerCertificate: { minimumProtocolVersion: "TLSv1", ...certificate },
    ...(logging ? { loggingConfig: { includeCookies: false, prefix: "", ...logging } } : {}),
    loggingV1Enabled: logging !== undefined,
    lastModifiedTime: new Date().toISOString(),
    etag: newEtag(),
  };
}

/**
 * The provider disables a distribution before it deletes it: `DistributionNotDisabled` is never seen. `domainName` is
 * CloudFront's; where the CDN part runs, it says where that one listens.
 */
export const distribution: ResourceModel = {
  type: DISTRIBUTION,
  defaults: { httpVersion: "http2", priceClass: "PriceClass_All" },
  notModelled: [
    "anycastIpListId",
    "cacheTagConfig",
    "connectionFunctionAssociation",
    "continuousDeploymentPolicyId",
    "originGroups",
    "retainOnDelete",
    "staging",
    "viewerMtlsConfig",
    "viewerCertificate.iamCertificateId",
    ...BEHAVIOURS.flatMap((block) => BEHAVIOUR_NOT_MODELLED.map((key) => `${block}.${key}`)),
    ...ORIGIN_NOT_MODELLED.map((key) => `origins.${key}`),
  ],
  computed: ["restrictions.geoRestriction.locations"],
  sets: [
    "customErrorResponses",
    "origins",
    "origins.customHeaders",
    "origins.customOriginConfig.originSslProtocols",
    "restrictions.geoRestriction.locations",
    ...BEHAVIOURS.flatMap((block) => [
      `${block}.allowedMethods`,
      `${block}.cachedMethods`,
      `${block}.functionAssociations`,
    ]),
  ],
  rules: distributionRules,
  create(inputs, account) {
    checkReferences(inputs, account);
    const id = `E${capitals(13)}`;
    return {
      id,
      outputs: {
        ...configured(inputs),
        arn: cloudfrontArn(account, `distribution/${id}`),
        callerReference: generatedName({}),
        continuousDeploymentPolicyId: "",
        domainName: `d${capitals(13).toLowerCase()}.cloudfront.net`,
        hostedZoneId: ZONE_ID,
        inProgressValidationBatches: 0,
        status: "Deployed",
        trustedKeyGroups: [{ enabled: false, items: [] }],
        trustedSigners: [{ enabled: false, items: [] }],
      },
    };
  },
  update(current, inputs, account) {
    checkReferences(inputs, account, current.id);
    return configured(inputs);
  },
};

export const getDistribution: FunctionModel = {
  token: "aws:cloudfront/getDistribution:getDistribution",
  invoke(args, account) {
    const id = text(args, "id") ?? "";
    const found = account.get(DISTRIBUTION, id);
    if (!found) throw new AwsError("NoSuchDistribution", "The specified distribution does not exist.");
    const { outputs } = found;
    const same = ["arn", "domainName", "enabled", "etag", "hostedZoneId", "lastModifiedTime", "status"];
    return {
      ...Object.fromEntries(same.map((key) => [key, outputs[key] ?? ""])),
      aliases: [...texts(outputs, "aliases")],
      anycastIpListId: "",
      id,
      inProgressValidationBatches: 0,
      tags: object(outputs, "tags") ?? {},
      webAclId: text(outputs, "webAclId") ?? "",
    };
  },
};
