import type { ExplainTable } from "../classification.ts";

const RECORDED = "recorded: nobody reads it here";
const NO_POLICY = "checked; what AWS's own policies allow is not known here";
const NO_KEY = "recorded: nothing is encrypted with KMS keys";

/** IAM, KMS, Secrets Manager. */
export const security: ExplainTable = {
  "aws:iam/role:Role": {
    stored: {
      [RECORDED]: ["tags"],
      "checked; RDS refuses a role that does not trust it": ["assumeRolePolicy"],
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    enforced: {
      "region: judged for each call that a pod signs; PgBouncer reads the secrets that its role may": [
        "policy",
        "role",
      ],
    },
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { stored: { [NO_POLICY]: ["policyArn", "role"] } },
  "aws:kms/key:Key": {
    stored: {
      [RECORDED]: ["description", "tags"],
      [NO_KEY]: ["enableKeyRotation"],
      "checked; a deleted key is gone at once": ["deletionWindowInDays"],
    },
  },
  "aws:kms/keyPolicy:KeyPolicy": {
    stored: {
      "checked against lock-out; log groups refuse a key that does not admit them": ["keyId", "policy"],
    },
  },
  "aws:secretsmanager/secret:Secret": {
    stored: {
      [RECORDED]: ["description", "tags"],
      "nothing is encrypted with it; the pooler leaves out a secret whose key its role may not use": [
        "kmsKeyId",
      ],
      "checked; a deleted secret is gone at once": ["recoveryWindowInDays"],
    },
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    enforced: {
      "PgBouncer: its users; releases read what getSecretVersion answers": ["secretId", "secretString"],
    },
  },
};
