import { parse } from "libpg-query";
import type { AlterTableCmd, IndexStmt, Node, RangeVar, VariableSetStmt } from "libpg-query";
import { OUTSIDE_TRANSACTION } from "../api/src/migration/outside-transaction.ts";
import { columnProblems, constraintProblems } from "./lint-columns.ts";

const FIRST = `begin with SET LOCAL lock_timeout = '4s'; (at most 5 s): whoever waits for a lock holds up everybody behind`;
const LATER =
  "the release that still serves would break; do it in a later release, when nothing reads it any more";

/**
 * What keeps a migration from being expand-only: that the release before works on the new schema, and is not held up
 * while it is made. Only what is known to be safe passes; each problem says in which statement, why, and what to do.
 *
 * @throws Error when it is not SQL.
 */
export async function lintMigration(sql: string): Promise<readonly string[]> {
  const statements =
    (await parse(sql)).stmts?.flatMap(({ stmt }) => (stmt === undefined ? [] : [stmt])) ?? [];
  if (sql.startsWith(OUTSIDE_TRANSACTION)) return lintOutside(statements);

  const [first, ...rest] = statements;
  const problems = first !== undefined && setsLockTimeout(first) ? [] : [`1: ${FIRST}.`];
  const created = new Set<string>();
  for (const [index, statement] of (problems.length === 0 ? rest : statements).entries()) {
    if ("CreateStmt" in statement && statement.CreateStmt.if_not_exists !== true) {
      created.add(nameOf(statement.CreateStmt.relation));
    }
    const number = index + (problems.length === 0 ? 2 : 1);
    for (const problem of statementProblems(statement, created)) problems.push(`${number}: ${problem}.`);
  }
  return problems;
}

/** There is no transaction that a lock_timeout could be local to: the runner sets one for the session. */
function lintOutside(statements: readonly Node[]): readonly string[] {
  const [only] = statements;
  if (
    statements.length === 1 &&
    only !== undefined &&
    "IndexStmt" in only &&
    only.IndexStmt.concurrent === true
  ) {
    return [];
  }
  return ["1: outside a transaction there may be one CREATE INDEX CONCURRENTLY and nothing else."];
}

function statementProblems(statement: Node, created: ReadonlySet<string>): readonly string[] {
  if ("CreateStmt" in statement || "CommentStmt" in statement || "CreateEnumStmt" in statement) return [];
  if ("IndexStmt" in statement) return indexProblems(statement.IndexStmt, created);
  if ("AlterTableStmt" in statement) {
    const { relation, cmds = [] } = statement.AlterTableStmt;
    if (created.has(nameOf(relation))) return [];
    return cmds.flatMap((command) =>
      "AlterTableCmd" in command ? alterProblems(command.AlterTableCmd) : [],
    );
  }
  if ("GrantStmt" in statement) {
    return statement.GrantStmt.is_grant === true ? [] : [`REVOKE takes away: ${LATER}`];
  }
  if ("DropStmt" in statement) return [`DROP takes away: ${LATER}`];
  if ("RenameStmt" in statement) {
    return [
      "RENAME takes the old name away: add the new one beside it, fill it, and drop the old in a later release",
    ];
  }
  return [`${Object.keys(statement)[0] ?? "this"} is not known to be safe while two releases live`];
}

function indexProblems({ relation, concurrent }: IndexStmt, created: ReadonlySet<string>): readonly string[] {
  if (concurrent === true) {
    return [
      "CREATE INDEX CONCURRENTLY belongs into a file of its own whose first line is -- outside a transaction",
    ];
  }
  if (created.has(nameOf(relation))) return [];
  return [
    `CREATE INDEX on ${nameOf(relation)} keeps everybody from writing it: use CREATE INDEX CONCURRENTLY, in a file of ` +
      "its own whose first line is -- outside a transaction",
  ];
}

function alterProblems(command: AlterTableCmd): readonly string[] {
  switch (command.subtype) {
    case "AT_AddColumn":
      return command.def !== undefined && "ColumnDef" in command.def
        ? columnProblems(command.def.ColumnDef)
        : [];
    case "AT_AddConstraint":
      return command.def !== undefined && "Constraint" in command.def
        ? constraintProblems(command.def.Constraint)
        : [];
    case "AT_ValidateConstraint":
    case "AT_SetStatistics":
      return [];
    case "AT_ColumnDefault":
      return command.def === undefined ? [`DROP DEFAULT takes away: ${LATER}`] : [];
    case "AT_AlterColumnType":
      return [
        "a column's type may not change: add another column, fill it, and drop the old in a later release",
      ];
    case "AT_SetNotNull":
      return [
        "SET NOT NULL reads the whole table while nobody can: add CHECK (… IS NOT NULL) NOT VALID, then validate it",
      ];
    case "AT_DropColumn":
    case "AT_DropConstraint":
    case "AT_DropNotNull":
      return [`${command.subtype.slice(3)} takes away: ${LATER}`];
    default:
      return [`ALTER TABLE … ${command.subtype ?? ""} is not known to be safe while two releases live`];
  }
}

function setsLockTimeout(statement: Node): boolean {
  if (!("VariableSetStmt" in statement)) return false;
  const { name, is_local: local, args }: VariableSetStmt = statement.VariableSetStmt;
  const value = args?.[0];
  if (name !== "lock_timeout" || local !== true || value === undefined || !("A_Const" in value)) return false;
  const [, seconds] = /^([1-5])s$/.exec(value.A_Const.sval?.sval ?? "") ?? [];
  return seconds !== undefined;
}

function nameOf(relation: RangeVar | undefined): string {
  return [relation?.schemaname, relation?.relname].filter((part) => part !== undefined).join(".");
}
