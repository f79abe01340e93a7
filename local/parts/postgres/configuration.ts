import type { NodeLayout } from "./layout.ts";

export type Settings = Readonly<Record<string, string>>;

/** What a server is told beside the parameter group. */
export interface ServerRole {
  readonly address: string;
  readonly port: number;
  readonly instanceClass: string;
  /** Names it in replication. */
  readonly host: string;
  readonly layout: NodeLayout;
  /** Host of the synchronous standby, commits wait for it; undefined when they wait for nobody. */
  readonly synchronousStandby?: string;
  /** The connection string and slot of a server that follows another. */
  readonly following?: { readonly connection: string; readonly slot: string };
  /** The shell command that keeps a finished WAL segment (`%p`, `%f`); undefined: none is kept. */
  readonly archiveCommand?: string;
  /** Settings of a recovery from a backup. */
  readonly recovery?: Settings;
}

/**
 * Emulated, not AWS's: RDS sizes buffers by the class's memory (a quarter of it); here every server fits a laptop.
 * Sizes keep their order, so that a larger class is a larger server.
 */
export function memorySettings(instanceClass: string): Settings {
  const size = instanceClass.split(".").at(-1) ?? "";
  const megabytes = ["micro", "small"].includes(size) ? 16 : size === "medium" ? 24 : 32;
  return {
    shared_buffers: `${megabytes}MB`,
    effective_cache_size: `${megabytes * 4}MB`,
    work_mem: "2MB",
    maintenance_work_mem: "16MB",
    wal_buffers: "1MB",
    // The same for every class: a follower with less than its source would refuse to start.
    max_connections: "100",
    max_worker_processes: "4",
    max_parallel_workers: "2",
    max_parallel_workers_per_gather: "1",
    autovacuum_max_workers: "2",
    min_wal_size: "32MB",
    max_wal_size: "256MB",
  };
}

/** RDS's own defaults where they differ from PostgreSQL's; a parameter group may change these. */
const RDS_DEFAULTS: Settings = {
  checkpoint_completion_target: "0.9",
  checkpoint_timeout: "300",
  log_line_prefix: "%t:%r:%u@%d:[%p]:",
  log_timezone: "UTC",
  timezone: "UTC",
  max_wal_senders: "20",
  max_replication_slots: "20",
  shared_preload_libraries: "pg_stat_statements",
  ssl_min_protocol_version: "TLSv1.2",
  // What a new primary keeps for followers whose slots it does not have yet, and the most a lost one may hold.
  wal_keep_size: "64",
  max_slot_wal_keep_size: "1024",
  wal_sender_timeout: "10000",
  wal_receiver_timeout: "10000",
};

/** Nobody may change these (managed-settings.ts). */
function managedSettings(role: ServerRole): Settings {
  const { layout } = role;
  return {
    cluster_name: role.host,
    data_directory: layout.data,
    hba_file: layout.accessRules,
    ident_file: layout.userMap,
    listen_addresses: role.address,
    port: String(role.port),
    unix_socket_directories: layout.folder,
    unix_socket_permissions: "0700",
    ssl: "on",
    ssl_cert_file: layout.certificate,
    ssl_key_file: layout.key,
    password_encryption: "scram-sha-256",
    // Files in the data folder, which go with it; POSIX segments would outlive a kill.
    dynamic_shared_memory_type: "mmap",
    huge_pages: "off",
    hot_standby: "on",
    wal_level: "replica",
    wal_retrieve_retry_interval: "200ms",
    synchronous_standby_names:
      role.synchronousStandby === undefined ? "" : `FIRST 1 ("${role.synchronousStandby}")`,
    primary_conninfo: role.following?.connection ?? "",
    primary_slot_name: role.following?.slot ?? "",
    // A follower keeps what it received too: what its primary had no time to keep is not lost with it.
    archive_mode: role.archiveCommand === undefined ? "off" : "always",
    archive_command: role.archiveCommand ?? "",
    archive_timeout: "300s",
    ...role.recovery,
  };
}

/** Every setting the server is to have; `parameters` are the parameter group's. */
export function settingsOf(role: ServerRole, parameters: Settings): Settings {
  return {
    ...memorySettings(role.instanceClass),
    ...RDS_DEFAULTS,
    ...parameters,
    ...managedSettings(role),
  };
}

/** postgresql.conf. */
export function configurationFile(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''").replaceAll("\\", "\\\\")}'\n`)
    .join("");
}
