import type { ColumnDef, Constraint, Node } from "libpg-query";

/** What is wrong with a column that is added to a table that may hold rows. */
export function columnProblems({ colname = "", constraints = [] }: ColumnDef): readonly string[] {
  const all = constraints.flatMap((node) => ("Constraint" in node ? [node.Constraint] : []));
  const fallback = all.find(({ contype }) => contype === "CONSTR_DEFAULT")?.raw_expr;
  const problems = all.flatMap(({ contype }) => {
    switch (contype) {
      case "CONSTR_NULL":
      case "CONSTR_DEFAULT":
        return [];
      case "CONSTR_NOTNULL":
        return fallback === undefined
          ? [
              `${colname} is NOT NULL without a DEFAULT: rows that are there, and the release before, have no value for it`,
            ]
          : [];
      case "CONSTR_IDENTITY":
      case "CONSTR_GENERATED":
        return [`${colname} would be worked out for each row, rewriting the table while nobody can read it`];
      default:
        return [
          `add ${colname} first, then its constraint NOT VALID (or a unique index CONCURRENTLY), then validate it`,
        ];
    }
  });
  if (fallback !== undefined && !isSteady(fallback)) {
    problems.push(
      `${colname}'s DEFAULT may differ from row to row and so rewrites the table: use a constant or now(), or add the ` +
        "column first and set the DEFAULT after",
    );
  }
  return problems;
}

/** What is wrong with a constraint that is added to a table that may hold rows. */
export function constraintProblems({
  conname = "",
  contype,
  skip_validation: skipped,
}: Constraint): readonly string[] {
  if (contype !== "CONSTR_CHECK" && contype !== "CONSTR_FOREIGN") {
    return [
      `${conname} builds an index while nobody can write: create it CONCURRENTLY, and leave the constraint out`,
    ];
  }
  if (skipped === true) return [];
  return [
    `${conname} reads the whole table while nobody can write it: add it NOT VALID, and validate it in the next migration`,
  ];
}

/** PostgreSQL then keeps the value once instead of writing it into each row. */
function isSteady(expression: Node): boolean {
  if ("A_Const" in expression || "SQLValueFunction" in expression) return true;
  if ("TypeCast" in expression)
    return expression.TypeCast.arg !== undefined && isSteady(expression.TypeCast.arg);
  if (!("FuncCall" in expression)) return false;
  const name = expression.FuncCall.funcname?.at(-1);
  return name !== undefined && "String" in name && name.String.sval === "now";
}
