/** Backup and maintenance windows. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
import type { Failure } from "../../../provider/provider.ts";
import type { Rule } from "../../model.ts";

const DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY = 24 * 60;
const WEEK = 7 * DAY;

/** Minutes from the start of the day, or of the week on Monday. */
interface Window {
  readonly start: number;
  readonly length: number;
}

function minutes(clock: string): number {
  const [hours = 0, rest = 0] = clock.split(":").map(Number);
  return hours * 60 + rest;
}

function backup(value: string): Window | undefined {
  const match = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(value);
  if (!match) return undefined;
  const start = minutes(match[1] ?? "");
  return { start, length: (minutes(match[2] ?? "") - start + DAY) % DAY };
}

function maintenance(value: string): Window | undefined {
  const clock = "((?:[01]\\d|2[0-3]):[0-5]\\d)";
  const day = `(${DAYS.join("|")})`;
  const match = new RegExp(`^${day}:${clock}-${day}:${clock}$`).exec(value);
  if (!match) return undefined;
  const at = (name = "", time = ""): number => DAYS.indexOf(name) * DAY + minutes(time);
  const start = at(match[1], match[2]);
  return { start, length: (at(match[3], match[4]) - start + WEEK) % WEEK };
}

/** The backup runs every day: it meets the maintenance when it does so on any. */
function overlap(daily: Window, weekly: Window): boolean {
  return DAYS.some((_, day) => {
    const apart = (day * DAY + daily.start - weekly.start + WEEK) % WEEK;
    return apart < weekly.length || WEEK - apart < daily.length;
  });
}

const windows: Rule = {
  source: DOC,
  check(inputs) {
    const failures: Failure[] = [];
    const read = (property: string, parse: typeof backup, example: string): Window | undefined => {
      const value = inputs[property];
      if (typeof value !== "string") return undefined;
      const window = parse(value);
      const reason =
        window === undefined
          ? `must be written as ${example} (UTC, lower case), got "${value}"`
          : window.length < 30
            ? `must last at least 30 minutes, got "${value}"`
            : undefined;
      if (reason === undefined) return window;
      failures.push({ property, reason });
      return undefined;
    };
    const daily = read("backupWindow", backup, "02:00-03:00");
    const weekly = read("maintenanceWindow", maintenance, "sun:03:30-sun:04:30");
    if (daily && weekly && overlap(daily, weekly)) {
      failures.push({
        property: "maintenanceWindow",
        reason: `The backup window and maintenance window must not overlap (backupWindow is "${String(inputs["backupWindow"])}")`,
      });
    }
    return failures;
  },
};

export const windowRules: readonly Rule[] = [windows];
