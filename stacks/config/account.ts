import { z } from "zod";
import { list, text } from "./fields.ts";

/** What staging and prod ship with: refused until it is replaced. */
export const ACCOUNT_PLACEHOLDER = "REPLACE_WITH_ACCOUNT_ID";

const accountInstead =
  "write the 12 digits of this stack's one AWS account, in quotes (`aws sts get-caller-identity` shows them)";

/** The `aws:` keys this program needs. Others are the provider's own; it reads these too, and refuses any other account. */
export const accountSchema = z.object({
  region: text(/^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d$/, "write an AWS region such as eu-central-1"),
  allowedAccountIds: list(text(/^\d{12}$/, accountInstead), 1, 1, accountInstead),
});

export type AccountConfig = z.infer<typeof accountSchema>;
