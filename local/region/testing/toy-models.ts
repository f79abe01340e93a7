import { AwsError } from "../../aws/model.ts";
import type { FunctionModel, ResourceModel } from "../../aws/model.ts";
import type { JsonObject } from "../protocol.ts";
import type { Models } from "../models.ts";

export const BOX = "aws:toy/box:Box";
export const LID = "aws:toy/lid:Lid";
export const NAMED = "aws:toy/named:Named";

function text(inputs: JsonObject, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}

/** A box, a lid that needs its box and keeps it from being deleted, and a type whose id is its unique name. */
const resources: readonly ResourceModel[] = [
  {
    type: BOX,
    create: (_inputs, account) => {
      const id = account.newId("box");
      return { id, outputs: { arn: account.arn("toy", `box/${id}`) } };
    },
    update: (current, inputs) => ({
      version: `after ${JSON.stringify(current.inputs)}`,
      size: inputs["size"] ?? 0,
    }),
    canDelete: (current, account) => {
      if (account.all(LID).some((lid) => lid.inputs["boxId"] === current.id)) {
        throw new AwsError("DependencyViolation", `${current.id} has a lid`);
      }
    },
  },
  {
    type: LID,
    create: (inputs, account) => {
      if (!account.get(BOX, text(inputs, "boxId"))) {
        throw new AwsError("InvalidBoxID.NotFound", `The box ID '${text(inputs, "boxId")}' does not exist`);
      }
      return { id: account.newId("lid"), outputs: {} };
    },
  },
  {
    type: NAMED,
    create: (inputs, account) => {
      const name = text(inputs, "name");
      if (account.get(NAMED, name)) throw new AwsError("EntityAlreadyExists", `${name} already exists.`);
      return { id: name, outputs: {} };
    },
  },
];

const functions: readonly FunctionModel[] = [
  { token: "aws:toy/count:count", invoke: (_args, account) => ({ boxes: account.all(BOX).length }) },
];

export const toyModels: Models = {
  resource: (type) => resources.find((model) => model.type === type),
  function: (token) => functions.find((model) => model.token === token),
};
