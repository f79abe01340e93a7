/** A server of a running HAProxy, from `show stat` and `show servers state` (HAProxy management guide, §9). */
export interface ServerStatus {
  readonly backend: string;
  readonly name: string;
  /** `up` takes requests; `down` failed its checks or has not passed them yet. */
  readonly operational: "up" | "down";
  readonly draining: boolean;
  readonly maintenance: boolean;
  /** The last check's verdict: `L7OK`, `L7STS`, `L4CON`…; "INI" or "" before the first. */
  readonly check: string;
  /** The HTTP status that the last check got, when it got one. */
  readonly checkCode: number | undefined;
  /** Requests in flight. */
  readonly sessions: number;
}

export const STATUS_COMMANDS = ["show servers state", "show stat -1 4 -1"] as const;

const FORCED_MAINTENANCE = 0x01;
const FORCED_DRAIN = 0x08;

/** `outputs` are those of STATUS_COMMANDS, in order. */
export function parseServerStatus(outputs: readonly string[]): readonly ServerStatus[] {
  const [state = "", stat = ""] = outputs;
  const statistics = new Map<string, Readonly<Record<string, string>>>();
  for (const row of table(stat.split("\n"), ",")) statistics.set(`${row["pxname"]}/${row["svname"]}`, row);
  // The first line is the format's version.
  return table(state.split("\n").slice(1), " ").map((row) => {
    const backend = row["be_name"] ?? "";
    const name = row["srv_name"] ?? "";
    const admin = Number(row["srv_admin_state"]);
    const counters = statistics.get(`${backend}/${name}`) ?? {};
    const code = counters["check_code"] ?? "";
    return {
      backend,
      name,
      operational: row["srv_op_state"] === "0" ? "down" : "up",
      draining: (admin & FORCED_DRAIN) !== 0,
      maintenance: (admin & FORCED_MAINTENANCE) !== 0,
      // `* ` marks a check under way: what follows is the one before it.
      check: (counters["check_status"] ?? "").replace("* ", ""),
      checkCode: code === "" ? undefined : Number(code),
      sessions: Number(counters["scur"] ?? 0),
    };
  });
}

/** Rows below a header line that begins with `# `, by column name. */
function table(lines: readonly string[], separator: string): readonly Readonly<Record<string, string>>[] {
  const [header = "", ...rows] = lines.filter((line) => line.trim() !== "");
  const columns = header.replace(/^# /, "").trim().split(separator);
  return rows.map((row) => {
    const cells = row.trim().split(separator);
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
}
