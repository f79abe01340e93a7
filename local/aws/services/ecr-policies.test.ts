import { parseLifecyclePolicy } from "./ecr-policies.ts";

const SELECTION = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 10 };
const RULE = { rulePriority: 1, selection: SELECTION, action: { type: "expire" } };

const policy = (...rules: readonly object[]): string => JSON.stringify({ rules });
const selecting = (selection: object): string =>
  policy({ ...RULE, selection: { ...SELECTION, ...selection } });

describe("a lifecycle policy", () => {
  it("is read rule by rule", () => {
    const byAge = {
      rulePriority: 2,
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["v*"],
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 14,
      },
      action: { type: "expire" },
    };
    expect(parseLifecyclePolicy(policy(RULE, byAge))).toEqual([RULE, byAge]);
  });

  it.each([
    ["rules: none", "the text is no JSON"],
    ["[]", "rules must hold at least one rule"],
    [policy(), "rules must hold at least one rule"],
    [policy({ ...RULE, rulePriority: 0 }), "rulePriority must be a number greater than 0"],
    [policy({ ...RULE, rulePriority: "1" }), "rulePriority must be a number greater than 0"],
    [policy(RULE, RULE), "rulePriority must be unique"],
    [policy({ ...RULE, selection: undefined }), "selection.tagStatus must be tagged, untagged or any"],
    [selecting({ tagStatus: "some" }), "selection.tagStatus must be tagged, untagged or any"],
    [selecting({ tagStatus: "tagged" }), "tagged rules need tagPrefixList or tagPatternList"],
    [
      selecting({ countType: "imageCount" }),
      "selection.countType must be imageCountMoreThan or sinceImagePushed",
    ],
    [selecting({ countType: "sinceImagePushed" }), "selection.countUnit must be days with sinceImagePushed"],
    [selecting({ countNumber: 0 }), "selection.countNumber must be greater than 0"],
    [policy({ ...RULE, action: { type: "keep" } }), "action.type must be expire"],
  ])("is refused: %s", (text, reason) => {
    expect(() => parseLifecyclePolicy(text)).toThrow(
      new Error(
        `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}'`,
      ),
    );
  });
});
