import { withSession } from "./admin.ts";
import { FORCE_TLS, forcesTls, isStatic } from "./parameters.ts";
import { writtenSettings } from "./written-settings.ts";
import type { Server } from "./admin.ts";
import type { Settings } from "./configuration.ts";
import type { Parameter } from "./parameters.ts";
import type { Machine } from "../machine.ts";

/**
 * The parameters of a group as the server really has them in its files: other values, ones that were set by hand
 * beside the group (also of settings the region decides), and without those that were taken out.
 */
export async function actualParameters(
  machine: Machine,
  server: Server,
  group: readonly Parameter[],
): Promise<readonly Parameter[]> {
  const { found, plainText } = await withSession(machine, server, async (session) => {
    // The last line wins; what stands after it in another file wins over that.
    const rows = await session.query(
      "SELECT name, setting FROM pg_file_settings WHERE name IS NOT NULL ORDER BY seqno",
    );
    const [rule] = await session.query(
      "SELECT FROM pg_hba_file_rules WHERE type IN ('host', 'hostnossl') AND auth_method <> 'reject'",
    );
    const found = rows.map(({ name, setting }) => [String(name).toLowerCase(), String(setting)] as const);
    return { found: Object.fromEntries(found), plainText: rule !== undefined };
  });
  const changed = changedSettings(writtenSettings(machine, server.host), found);
  const tls = forcesTls(group) && plainText ? { [FORCE_TLS]: "0" } : {};
  return merged(group, { ...changed, ...tls });
}

/** By name the value found, or undefined for one that is gone. */
export function changedSettings(
  written: Settings,
  found: Settings,
): Readonly<Record<string, string | undefined>> {
  const lower = Object.entries(written).map(([name, value]) => [name.toLowerCase(), value] as const);
  const expected = Object.fromEntries(lower) as Settings;
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  const differing = [...names].filter((name) => expected[name] !== found[name]);
  return Object.fromEntries(differing.map((name) => [name, found[name]]));
}

function merged(
  group: readonly Parameter[],
  changed: Readonly<Record<string, string | undefined>>,
): readonly Parameter[] {
  const kept = group.filter(({ name }) => !(name.toLowerCase() in changed));
  const actual = Object.entries(changed).flatMap(([name, value]): readonly Parameter[] => {
    if (value === undefined) return [];
    const known = group.find((parameter) => parameter.name.toLowerCase() === name);
    const applyMethod = known?.applyMethod ?? (isStatic(name) ? "pending-reboot" : "immediate");
    return [{ name: known?.name ?? name, value, applyMethod }];
  });
  return [...kept, ...actual].sort((one, other) => (one.name < other.name ? -1 : 1));
}
