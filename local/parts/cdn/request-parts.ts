/** The parts of a request that a selection takes, as nginx variables. */
import { escapeRegex, map, requestHeader, template } from "./nginx-text.ts";
import type { Selection } from "./site.ts";

/** Maps to put before the servers, and the text that stands for the part. */
export interface Part {
  readonly maps: readonly string[];
  readonly value: string;
}

interface Syntax {
  /** The variable that holds all of them. */
  readonly all: string;
  /** Between two. */
  readonly separator: string;
  /** Of one, in a regular expression: what stands before it and what its value may hold. */
  readonly before: string;
  readonly item: (name: string) => string;
}

const QUERY: Syntax = {
  all: "$args",
  separator: "&",
  before: "(?:^|&)",
  item: (name) => `${escapeRegex(name)}(?:=[^&]*)?(?=&|$)`,
};

const COOKIES: Syntax = {
  all: "$http_cookie",
  separator: "; ",
  before: "(?:^|;\\s*)",
  item: (name) => `${escapeRegex(name)}=[^;]*(?=;|$)`,
};

/** Of several with one name the first counts; the others are not sent either. */
function only(name: string, names: readonly string[], syntax: Syntax): Part {
  const each = [...names].sort().map((item, index) => ({ item, variable: `${name}_${index}` }));
  const found = each.map(({ item, variable }) =>
    map(syntax.all, `$${variable}`, [
      ["default", '""'],
      [
        template(`~${syntax.before}(?<${variable}_is>${syntax.item(item)})`),
        template(`${syntax.separator}$${variable}_is`),
      ],
    ]),
  );
  const joined = map(template(each.map(({ variable }) => `$${variable}`).join("")), `$${name}`, [
    ["default", '""'],
    [template(`~^${syntax.separator}(?<${name}_is>.+)$`), `$${name}_is`],
  ]);
  return { maps: [...found, joined], value: `$${name}` };
}

/** All of them less the named ones, which are taken out one after the other. */
function except(name: string, names: readonly string[], syntax: Syntax): Part {
  const steps = names.map((item, index) => {
    const source = index === 0 ? syntax.all : `$${name}_${index - 1}`;
    const variable = `${name}_${index}`;
    const pattern = `~^(?<${variable}_a>.*?)${syntax.before}${syntax.item(item)}(?<${variable}_b>.*)$`;
    return map(source, `$${variable}`, [
      ["default", source],
      [template(pattern), template(`$${variable}_a$${variable}_b`)],
    ]);
  });
  // What is taken out at the front leaves its separator.
  const clean = map(`$${name}_${names.length - 1}`, `$${name}`, [
    ["default", `$${name}_${names.length - 1}`],
    [template(`~^[&;\\s]+(?<${name}_is>.*)$`), `$${name}_is`],
  ]);
  return { maps: [...steps, clean], value: `$${name}` };
}

function part(name: string, selection: Selection, syntax: Syntax): Part {
  switch (selection.take) {
    case "none":
      return { maps: [], value: "" };
    case "all":
      return { maps: [], value: syntax.all };
    case "only":
      return only(name, selection.names, syntax);
    case "except":
      return except(name, selection.names, syntax);
  }
}

/** The query string without its question mark. `name` is unique in the configuration. */
export function queryPart(name: string, selection: Selection): Part {
  return part(`${name}_query`, selection, QUERY);
}

export function cookiePart(name: string, selection: Selection): Part {
  return part(`${name}_cookies`, selection, COOKIES);
}

/** A question mark before what is there. */
export function withQuestionMark(name: string, { maps, value }: Part): Part {
  if (value === "") return { maps, value };
  if (value === "$args") return { maps, value: "$is_args$args" };
  const variable = `${name}_search`;
  const marked = map(template(value), `$${variable}`, [
    ["default", '""'],
    [template(`~^(?<${variable}_is>.+)$`), template(`?$${variable}_is`)],
  ]);
  return { maps: [...maps, marked], value: `$${variable}` };
}

/** Values of the named headers, each with its place: a line holds none of the breaks between them. */
export function headerKey(selection: Selection): string {
  if (selection.take !== "only") return "";
  return [...selection.names].sort().map(requestHeader).join("\n");
}
