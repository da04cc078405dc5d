/** Settings that the PostgreSQL beneath has for the cluster's sake: as SHOW prints to clients what they see of them. */

/** What the service says of itself (recorded September and October 2026). */
export const SERVICE_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['server_version', '16.15'],
  ['server_version_num', '160015'],
  ['transaction_isolation', 'repeatable read'],
  ['default_transaction_isolation', 'repeatable read'],
  ['max_connections', '20'],
  ['default_toast_compression', 'lz4'], // pistachio 2026-10-10, with attcompression l of every text column
]);

/** Of these nothing is recorded: the defaults of PostgreSQL 16, in place of what `configuration.ts` sets. */
export const DEFAULT_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['autovacuum_naptime', '1min'],
  ['autovacuum_vacuum_cost_delay', '2ms'],
  ['compute_query_id', 'auto'],
  ['deadlock_timeout', '1s'],
  ['dynamic_shared_memory_type', 'posix'],
  ['effective_cache_size', '4GB'],
  ['enable_tidscan', 'on'],
  ['fsync', 'on'],
  ['full_page_writes', 'on'],
  ['huge_pages', 'try'],
  ['jit', 'on'],
  ['listen_addresses', 'localhost'],
  ['log_autovacuum_min_duration', '10min'],
  ['log_checkpoints', 'on'],
  ['log_min_error_statement', 'error'],
  ['log_min_messages', 'warning'],
  ['maintenance_work_mem', '64MB'],
  ['max_parallel_maintenance_workers', '2'],
  ['max_parallel_workers', '8'],
  ['max_parallel_workers_per_gather', '2'],
  ['max_wal_senders', '10'],
  ['max_wal_size', '1GB'],
  ['max_worker_processes', '8'],
  ['port', '5432'],
  ['random_page_cost', '4'],
  ['shared_buffers', '128MB'],
  ['superuser_reserved_connections', '3'],
  ['synchronize_seqscans', 'on'],
  ['temp_file_limit', '-1'],
  ['unix_socket_permissions', '0777'],
  ['update_process_title', 'on'],
  ['wal_level', 'replica'],
]);

/** What PostgreSQL 16 works out of its defaults: as SHOW prints it, and its number in pg_settings. */
export const DERIVED_SETTINGS: ReadonlyMap<string, { shown: string; setting: string }> = new Map([
  ['shared_memory_size', { shown: '143MB', setting: '143' }],
  ['shared_memory_size_in_huge_pages', { shown: '72', setting: '72' }],
  ['wal_buffers', { shown: '4MB', setting: '512' }],
]);

/**
 * Settings that the gateway alone keeps, all Boolean and on until a session sets them off: DSQL's own, and that of bitmap scans, which DSQL
 * does not have. PostgreSQL is told them, by the second names, where a statement reads settings.
 */
export const GATEWAY_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['dsql.enable_batched_nestloop', 'gateway.batched_nestloop'],
  ['disable_sync_create_index', 'gateway.no_sync_index'],
  ['enable_bitmapscan', 'gateway.bitmapscan'],
]);
