import type { JsonObject } from "../../../region/protocol.ts";
import type { ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { isObject, number, object, objects, text } from "../fields.ts";
import { isJson, matches } from "../rules.ts";

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const DOC = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html";

const KINDS = ["alarm", "custom", "explorer", "log", "metric", "text", "trace"];
const COLUMNS = 24;

/** What CloudWatch checks of a body:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function problems(body: JsonObject): readonly string[] {
  if (!Array.isArray(body["widgets"])) return ["/: should have required property 'widgets'"];
  return objects(body, "widgets").flatMap((widget, index) => widgetProblems(widget, `/widgets/${index}`));
}

function widgetProblems(widget: JsonObject, at: string): readonly string[] {
  const found: string[] = [];
  const kind = text(widget, "type") ?? "";
  if (!KINDS.includes(kind)) found.push(`${at}/type: should be one of ${KINDS.join(", ")}`);
  const right = (number(widget, "x") ?? 0) + (number(widget, "width") ?? 6);
  if (right > COLUMNS) found.push(`${at}: x and width together should be at most ${COLUMNS}, got ${right}`);
  const properties = object(widget, "properties");
  if (!properties) return [...found, `${at}: should have required property 'properties'`];
  if (kind !== "metric") return found;
  if (!Array.isArray(properties["metrics"]) && !isObject(properties["annotations"])) {
    found.push(`${at}/properties: should have metrics, or annotations`);
  }
  if (text(properties, "region") === undefined) {
    found.push(`${at}/properties: should have required property 'region'`);
  }
  return found;
}

function check(inputs: JsonObject): void {
  const found = problems(JSON.parse(text(inputs, "dashboardBody") ?? "") as JsonObject);
  if (found.length === 0) return;
  throw new AwsError(
    "InvalidParameterInput",
    `The dashboard body is invalid, there are ${found.length} validation errors: ${found.join("; ")}`,
  );
}

/** Recorded: nobody draws it. */
export const dashboard: ResourceModel = {
  type: DASHBOARD,
  documents: { dashboardBody: "json" },
  rules: [
    matches("dashboardName", /^[\w-]{1,255}$/, "1 to 255 letters, digits, - and _", DOC),
    isJson("dashboardBody", DOC),
  ],
  create(inputs, account) {
    const name = text(inputs, "dashboardName") ?? "";
    // AWS lets the second overwrite the first; no program means that.
    if (account.get(DASHBOARD, name)) {
      throw new AwsError("InvalidParameterInput", `A dashboard with the name ${name} already exists`);
    }
    check(inputs);
    return { id: name, outputs: { dashboardArn: account.arn("cloudwatch", `dashboard/${name}`, "") } };
  },
  update(_current, inputs) {
    check(inputs);
    return {};
  },
};
