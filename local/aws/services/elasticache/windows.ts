import type { Failure } from "../../../provider/provider.ts";
import type { Rule } from "../../model.ts";

const DAY_MINUTES = 24 * 60;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** `hh24:mi-hh24:mi` UTC, an hour at least. */
export function dailyWindow(property: string, source: string): Rule {
  return windowRule(property, source, "hh:mm-hh:mm (UTC), e.g. 03:00-04:00", (value) => {
    const found = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(value);
    if (!found) return undefined;
    const [from, to] = [minutes(found[1], found[2]), minutes(found[3], found[4])];
    return (to - from + DAY_MINUTES) % DAY_MINUTES;
  });
}

/** `ddd:hh24:mi-ddd:hh24:mi` UTC, an hour at least. */
export function weeklyWindow(property: string, source: string): Rule {
  const half = `(${DAYS.join("|")}):([01]\\d|2[0-3]):([0-5]\\d)`;
  const pattern = new RegExp(`^${half}-${half}$`, "i");
  return windowRule(property, source, "ddd:hh:mm-ddd:hh:mm (UTC), e.g. sun:04:00-sun:05:00", (value) => {
    const found = pattern.exec(value);
    if (!found) return undefined;
    const from = dayMinutes(found[1]) + minutes(found[2], found[3]);
    const to = dayMinutes(found[4]) + minutes(found[5], found[6]);
    return (to - from + 7 * DAY_MINUTES) % (7 * DAY_MINUTES);
  });
}

function minutes(hours: string | undefined, rest: string | undefined): number {
  return Number(hours) * 60 + Number(rest);
}

function dayMinutes(day: string | undefined): number {
  return DAYS.indexOf((day ?? "").toLowerCase()) * DAY_MINUTES;
}

/** `length` answers minutes, undefined for another form. */
function windowRule(
  property: string,
  source: string,
  form: string,
  length: (value: string) => number | undefined,
): Rule {
  return {
    source,
    check(inputs): Failure[] {
      const value = inputs[property];
      if (typeof value !== "string") return [];
      const found = length(value);
      if (found === undefined) return [{ property, reason: `must be ${form}, got "${value}"` }];
      return found >= 60
        ? []
        : [{ property, reason: `must last 60 minutes at least, "${value}" lasts ${found}` }];
    },
  };
}
