import type { ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { flag, objects, text } from "../fields.ts";
import { longest, matches, oneOf } from "../rules.ts";
import { behavioursOf, cloudfrontArn, FUNCTION, newEtag, refuseWhileUsed } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html";

/** Stored. Nothing here runs its code: the CDN part refuses a behaviour that it is associated with. */
export const edgeFunction: ResourceModel = {
  type: FUNCTION,
  autoname: { property: "name", maxLength: 64 },
  notModelled: ["keyValueStoreAssociations", "tags"],
  rules: [
    matches("name", /^[\w-]{1,64}$/, "1 to 64 letters, digits, - and _", DOC),
    oneOf("runtime", ["cloudfront-js-1.0", "cloudfront-js-2.0"], DOC),
    longest(
      "code",
      10_240,
      "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html",
    ),
  ],
  create(inputs, account) {
    const name = text(inputs, "name") ?? "";
    if (account.get(FUNCTION, name)) {
      throw new AwsError(
        "FunctionAlreadyExists",
        "A function with the same name already exists in this Amazon Web Services account.",
      );
    }
    const etag = newEtag();
    return {
      id: name,
      outputs: {
        arn: cloudfrontArn(account, `function/${name}`),
        etag,
        liveStageEtag: flag(inputs, "publish") === false ? "" : etag,
        status: "UNASSOCIATED",
      },
    };
  },
  update(_current, inputs) {
    const etag = newEtag();
    return { etag, ...(flag(inputs, "publish") === false ? {} : { liveStageEtag: etag }) };
  },
  canDelete({ outputs }, account) {
    const arn = outputs["arn"];
    refuseWhileUsed(
      account,
      (distribution) =>
        behavioursOf(distribution).some((behaviour) =>
          objects(behaviour, "functionAssociations").some((each) => each["functionArn"] === arn),
        ),
      "FunctionInUse",
      "Cannot delete the function because it's attached to one or more cache behaviors.",
    );
  },
};
