/** What of PostgreSQL's configuration depends on the cluster. */
export interface PostgresSettings {
  /** Directory of the Unix socket; undefined where there is none (Windows). */
  socketDirectory?: string;
  /** Loopback TCP port, only without a Unix socket. */
  port: number;
  maxConnections: number;
  /** Survive a power cut too. A killed process loses nothing either way. */
  fsync: boolean;
}

const quote = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
/** Paths in the list of socket directories are separated by commas and may be quoted like identifiers. */
const quotePath = (path: string): string => quote(`"${path.replaceAll('"', '""')}"`);

/** The whole `postgresql.conf`, written anew at each start. Clients see little of it, see `../shown-settings`. */
export function postgresqlConf(settings: PostgresSettings): string {
  const onOff = (value: boolean) => (value ? 'on' : 'off');
  const values: Record<string, string | number> = {
    // reachable by this process only
    listen_addresses: settings.socketDirectory ? quote('') : quote('127.0.0.1'),
    port: settings.port,
    max_connections: settings.maxConnections,
    superuser_reserved_connections: 0,
    // acknowledged means: in the kernel's hands. fsync adds the power cut
    fsync: onOff(settings.fsync),
    full_page_writes: onOff(settings.fsync),
    synchronous_commit: 'on',
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: quote('512MB'),
    min_wal_size: quote('80MB'),
    checkpoint_timeout: quote('5min'),
    // a laptop's memory
    shared_buffers: quote('256MB'),
    // four times the usual share of them: with 8 MB a load of accounts waits for pages of the log, and takes a tenth longer
    wal_buffers: quote('32MB'),
    // in files of the data directory: not every container has a /dev/shm that can be written
    ...(process.platform === 'linux' && { dynamic_shared_memory_type: 'mmap' }),
    work_mem: quote('128MB'),
    maintenance_work_mem: quote('128MB'),
    // a query's temporary space, as the service limits it (AWS DSQL skill, observed 2026-10-01)
    temp_file_limit: quote('131072kB'),
    effective_cache_size: quote('1GB'),
    random_page_cost: 1.1,
    // all connections share them: 67,200, of which one transaction may have as many as it needs
    max_locks_per_transaction: 64,
    // DSQL runs a query in one process, and its plans show no Gather
    max_parallel_workers: 0,
    max_parallel_workers_per_gather: 0,
    max_parallel_maintenance_workers: 0,
    max_worker_processes: 4,
    jit: 'off',
    // a table is read from its beginning: a portal that is bound again goes on where it was
    synchronize_seqscans: 'off',
    // nor bitmap and TID scans; its VERBOSE plans have a query identifier
    enable_bitmapscan: 'off',
    enable_tidscan: 'off',
    compute_query_id: 'on',
    // nobody looks at the processes' titles, which cost each statement two system calls or a copy
    update_process_title: 'off',
    huge_pages: 'off',
    // what the service says of itself (dsql-facts: isolation, time zone, collation)
    default_transaction_isolation: quote('repeatable read'),
    timezone: quote('UTC'),
    log_timezone: quote('UTC'),
    datestyle: quote('iso, mdy'),
    lc_messages: quote('C'),
    default_text_search_config: quote('pg_catalog.simple'),
    // the adjudicator settles waits within milliseconds; this is only its safety net
    deadlock_timeout: quote('10s'),
    autovacuum_naptime: quote('10s'),
    autovacuum_vacuum_cost_delay: 0,
    // the log holds the server's own messages, never a statement
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: -1,
    // unset, it is /tmp on systems that have sockets, with a lock file that is not ours to mend
    unix_socket_directories: settings.socketDirectory ? quotePath(settings.socketDirectory) : quote(''),
    unix_socket_permissions: '0700',
  };
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** The whole `pg_hba.conf`: trust over the private socket, a password over loopback. */
export const pgHbaConf = (overSocket: boolean): string =>
  overSocket ? 'local all all trust\n' : 'host all all 127.0.0.1/32 scram-sha-256\n';
