/** What kind of document the text of an input is: it says which texts mean the same, as the real provider compares them. */
export type DocumentKind =
  /** IAM's language of policies, in whatever service. */
  | "policy"
  /** Rules of a repository of images. */
  | "ecr-lifecycle"
  /** JSON in which every order of a list counts. */
  | "json";

/**
 * A text that two documents share when they mean the same; undefined for what is no document of its kind. Facts of
 * policies: https://github.com/hashicorp/awspolicyequivalence; of lifecycle rules: the provider's ECR service.
 */
export function canonicalDocument(text: string, kind: DocumentKind): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(document) || kind === "json") return plain(document);
  return kind === "policy" ? policy(document) : lifecycle(document);
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON with sorted keys. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${plain(item)}`);
  return `{${members.sort().join(",")}}`;
}

/** Statements are a set; neither version nor id is the same as an empty one. */
function policy(document: Fields): string {
  const { Version = "", Id = "", Statement, ...others } = document;
  if (!Array.isArray(Statement) && !isRecord(Statement)) return plain(document);
  const statements = listOf(Statement).map((item) => (isRecord(item) ? statement(item) : plain(item)));
  return plain({ ...others, Version, Id, Statement: asSet(statements) });
}

const TEXT_LISTS = ["Action", "NotAction", "Resource", "NotResource"];

/** One text is a list of one, an empty list is none, and the order of actions, resources and principals is no matter. */
function statement(fields: Fields): string {
  const { Sid = "", Effect, ...others } = fields;
  const same = Object.entries(others).flatMap(([key, value]): [string, unknown][] => {
    if (TEXT_LISTS.includes(key)) {
      const texts = listOf(value).map(plain).sort();
      return texts.length === 0 ? [] : [[key, texts]];
    }
    if (key === "Principal" || key === "NotPrincipal") return principals(key, value);
    return [[key, key === "Condition" ? condition(value) : value]];
  });
  return plain({
    Sid,
    Effect: typeof Effect === "string" ? Effect.toLowerCase() : Effect,
    ...Object.fromEntries(same),
  });
}

/** An account's number stands for its root; a kind of principal without any is none. */
function principals(key: string, value: unknown): [string, unknown][] {
  if (!isRecord(value)) return [[key, value]];
  const kinds = Object.entries(value)
    .map(([kind, who]): [string, unknown[]] => [kind, listOf(who).map(account)])
    .filter(([, who]) => who.length > 0);
  return kinds.length === 0
    ? []
    : [[key, Object.fromEntries(kinds.map(([kind, who]) => [kind, asSet(who.map(plain))]))]];
}

function account(principal: unknown): unknown {
  if (typeof principal !== "string") return principal;
  return /^arn:[\w-]+:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
}

/** Values of a condition are a set; numbers and booleans are kept as text. */
function condition(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const texts = (item: unknown): unknown =>
    typeof item === "boolean" || typeof item === "number" ? String(item) : item;
  return mapped(value, (keys) =>
    isRecord(keys) ? mapped(keys, (values) => asSet(listOf(values).map((item) => plain(texts(item))))) : keys,
  );
}

/** Rules are ordered by their priority, wherever they stand; lists of tags are sets. */
function lifecycle(document: Fields): string {
  const { rules, ...others } = document;
  if (!Array.isArray(rules)) return plain(document);
  const sorted = rules.map((rule: unknown) => {
    if (!isRecord(rule) || !isRecord(rule["selection"])) return plain(rule);
    const selection = Object.entries(rule["selection"]).flatMap(([key, value]): [string, unknown][] => {
      if (key !== "tagPatternList" && key !== "tagPrefixList") return [[key, value]];
      return listOf(value).length === 0 ? [] : [[key, listOf(value).map(plain).sort()]];
    });
    return plain({ ...rule, selection: Object.fromEntries(selection) });
  });
  return plain({ ...others, rules: sorted.sort() });
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** As many, and the same ones. */
function asSet(texts: readonly string[]): readonly unknown[] {
  return [texts.length, ...[...new Set(texts)].sort()];
}

function mapped(fields: Fields, change: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(value)]));
}
