import { map, template } from "./nginx-text.ts";

/** `Age` of up to three years: as many digits of a time in seconds are subtracted. */
const DIGITS = 8;

/** Each digit of a time in seconds, the last one first. */
function digits(source: string, letter: string): readonly string[] {
  return Array.from({ length: DIGITS }, (_, place) => {
    const name = `${letter}${place}`;
    return map(source, `$age_${name}`, [
      ["default", "0"],
      [`"~(?<age_digit_${name}>\\d)\\d{${place}}\\.\\d+$"`, `$age_digit_${name}`],
    ]);
  });
}

/** One place of the subtraction: `now`, `then` and what was borrowed before, to a digit and what is borrowed on. */
function place(index: number): readonly string[] {
  const borrowed = index === 0 ? "0" : `$age_borrow${index - 1}`;
  const source = template(`\${age_now${index}}\${age_then${index}}${borrowed}`);
  const all = Array.from({ length: 200 }, (_, number) => {
    const [now, then, borrow] = [Math.floor(number / 20), Math.floor(number / 2) % 10, number % 2];
    return { key: `${now}${then}${borrow}`, rest: now - then - borrow };
  });
  return [
    map(source, `$age_digit${index}`, [
      ["default", "0"],
      ...all.map(({ key, rest }) => [key, String((rest + 10) % 10)] as const),
    ]),
    map(source, `$age_borrow${index}`, [
      ["default", "0"],
      ...all.filter(({ rest }) => rest < 0).map(({ key }) => [key, "1"] as const),
    ]),
  ];
}

/**
 * Maps that end in `$age`: the seconds since the answer was fetched, on a hit alone. nginx cannot calculate, so they
 * subtract two times by hand, digit by digit.
 */
export function ageMaps(fetched: string): string {
  const places = Array.from({ length: DIGITS }, (_, index) => index);
  const found = places.map((index) => `$age_digit${index}`).reverse();
  return [
    ...digits("$msec", "now"),
    ...digits(fetched, "then"),
    ...places.flatMap(place),
    map(template(`$upstream_cache_status:${found.join("")}`), "$age", [
      ["default", '""'],
      ['"~^(?:HIT|STALE):0*(?<age_seconds>\\d+)$"', "$age_seconds"],
    ]),
  ].join("\n");
}
