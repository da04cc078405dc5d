/** Calls and settings in programs that come to something DSQL does not have, where no SQL is written out. */
import type { Confidence } from '../contract';
import type { AuditRuleId } from '../rules';

export interface CodePattern {
  rule: AuditRuleId;
  /** Global; the whole match is where the finding lies. A group `number` is a count that has to exceed 3,000. */
  pattern: RegExp;
  confidence: Confidence;
  /** Extensions of files it is looked for in; all when absent. */
  only?: RegExp;
  /** Shown instead of the matched text, which may hold a secret. */
  evidence?: string;
}

const pattern = (
  rule: AuditRuleId,
  confidence: Confidence,
  expression: RegExp,
  only?: RegExp,
  evidence?: string,
): CodePattern => ({
  rule,
  confidence,
  pattern: new RegExp(expression.source, `${expression.flags.replace('g', '')}g`),
  ...(only && { only }),
  ...(evidence !== undefined && { evidence }),
});

const PY = /\.py$/;
const JVM = /\.(?:java|kts?|xml|properties|ya?ml)$/;
const JS = /\.[cm]?[jt]sx?$/;
const GO = /\.go$/;
const RB = /\.(?:rb|ya?ml)$/;
const PRISMA = /\.prisma$/;

export const CODE_PATTERNS: readonly CodePattern[] = [
  // isolation levels
  pattern('isolation_setting', 'high', /isolation_level\s*=\s*["'](?:SERIALIZABLE|READ[ _](?:UN)?COMMITTED)["']/i, PY),
  pattern('isolation_setting', 'high', /\bISOLATION_LEVEL_(?:SERIALIZABLE|READ_COMMITTED|READ_UNCOMMITTED)\b/, PY),
  pattern('isolation_setting', 'high', /\bIsolation\.(?:SERIALIZABLE|READ_COMMITTED|READ_UNCOMMITTED)\b/, JVM),
  pattern('isolation_setting', 'high', /\bTRANSACTION_(?:SERIALIZABLE|READ_COMMITTED|READ_UNCOMMITTED)\b/, JVM),
  pattern('isolation_setting', 'high', /\bsql\.Level(?:Serializable|ReadCommitted|ReadUncommitted)\b/, GO),
  pattern('isolation_setting', 'high', /\bpgx\.(?:Serializable|ReadCommitted|ReadUncommitted)\b/, GO),
  pattern(
    'isolation_setting',
    'high',
    /isolationLevel\s*:\s*["'`]?(?:\w+\.)*(?:Serializable|Read ?(?:Un)?Committed)\b/i,
    JS,
  ),
  pattern('isolation_setting', 'high', /isolation:\s*:(?:serializable|read_committed|read_uncommitted)\b/, RB),
  // savepoints
  pattern('savepoints', 'high', /\.begin_nested\(/, PY),
  pattern('savepoints', 'high', /\btransaction\.savepoint\(/, PY),
  pattern('savepoints', 'high', /\bPropagation\.NESTED\b|\bsetSavepoint\(/, JVM),
  pattern('savepoints', 'high', /\b(?:tx|trx|t|transaction)\.(?:transaction|savepoint|nestedTransaction)\(/, JS),
  pattern('savepoints', 'high', /requires_new:\s*true/, RB),
  pattern('savepoints', 'medium', /\.SavePoint\(|\.RollbackTo\(/, GO),
  // locks
  pattern('for_update', 'high', /\.select_for_update\(|\.with_for_update\(/, PY),
  pattern('for_update', 'high', /\bPESSIMISTIC_(?:WRITE|READ|FORCE_INCREMENT)\b/, JVM),
  pattern('for_update', 'high', /\.setLock\(\s*["']pessimistic|\.forUpdate\(|\.for\(\s*["']update["']/, JS),
  pattern('for_update', 'high', /clause\.Locking\{/, GO),
  pattern('for_update', 'high', /\.with_lock\b|\.lock!|\.lock\(true\)/, RB),
  pattern('skip_locked', 'high', /skip_locked\s*=\s*True|skipLocked\b|SKIP_LOCKED\b/),
  pattern('advisory_locks', 'high', /with_advisory_lock\b|advisory_locks:\s*true|AdvisoryLock\(/),
  // listening
  // 'notification' is an event of sockets and service workers too: only that of a database's client or connection is meant
  pattern(
    'listen_notify',
    'high',
    /\b(?:\w*(?:client|conn|connection|listener|subscriber)|db|pg|pool)\.on\(\s*["']notification["']|\bpg-listen\b/i,
    JS,
  ),
  pattern('listen_notify', 'high', /\.add_listener\(|\.notifies\b/, PY),
  pattern('listen_notify', 'high', /\bPGNotification\b|\.getNotifications\(/, JVM),
  pattern('listen_notify', 'high', /\bpq\.NewListener\(|\.WaitForNotification\(/, GO),
  // COPY, cursors, large objects
  pattern('copy', 'high', /\.copy_(?:expert|from|to)\(|\bcopy_records_to_table\(|\bcopy_to_table\(/, PY),
  pattern('copy', 'high', /\bCopyManager\b/, JVM),
  pattern('copy', 'high', /\bpg-copy-streams\b/, JS),
  pattern('copy', 'high', /\.CopyFrom\(|\bpq\.CopyIn\(/, GO),
  pattern('cursors', 'medium', /\.cursor\(\s*(?:name\s*=\s*)?["']\w|\.iterator\(chunk_size/, PY),
  pattern('cursors', 'medium', /\bpg-cursor\b|\bpg-query-stream\b/, JS),
  pattern('large_objects', 'high', /\bLargeObjectManager\b|\.lobject\(|\bpg-large-object\b/),
  // keys
  pattern('sequence_key', 'high', /\bGenerationType\.(?:IDENTITY|SEQUENCE|AUTO)\b/, JVM),
  pattern('sequence_key', 'medium', /\b(?:Small|Big)?AutoField\b|\bSequence\(\s*["']/, PY),
  pattern(
    'sequence_key',
    'medium',
    /\b(?:Column\([^\n]{0,99}?\b(?:Small|Big)?Integer\b|Mapped\[int\])[^\n]{0,99}?\bprimary_key\s*=\s*True/,
    PY,
  ),
  pattern(
    'sequence_key',
    'high',
    /\b(?:small|big)?serial\(|@PrimaryGeneratedColumn\(\s*(?:["'](?:increment|identity)["']|\))|\bautoIncrement:\s*true|\.(?:big)?increments\(/i,
    JS,
  ),
  pattern('sequence_key', 'high', /autoincrement\(\)/, PRISMA),
  pattern('sequence_key', 'medium', /\bt\.(?:big)?serial\b/, RB),
  // what Rails and GORM give a table that names no key of its own
  pattern('sequence_key', 'medium', /\bcreate_table[ (]+[:"']\w+(?![^\n]{0,199}\b(?:id|primary_key):)/, RB),
  pattern('sequence_key', 'high', /gorm:"[^"]*autoIncrement/i, GO),
  pattern('sequence_key', 'medium', /\bgorm\.Model\b/, GO),
  // types
  pattern(
    'column_type',
    'high',
    /\bArrayField\(|\bARRAY\(\s*\w|\bpostgresql\.(?:INET|CIDR|MACADDR|TSVECTOR|BIT|MONEY|\w+RANGE)\b/,
    PY,
  ),
  pattern(
    'column_type',
    'high',
    /\bDataTypes\.(?:ARRAY|RANGE|INET|CIDR|MACADDR|GEOMETRY|TSVECTOR)\b|\)\.array\(\)/,
    JS,
  ),
  pattern('column_type', 'medium', /array:\s*true/, /\.(?:rb|[cm]?[jt]sx?)$/),
  pattern(
    'column_type',
    'high',
    /\bt\.(?:inet|cidr|macaddr|hstore|citext|ltree|xml|tsvector|money|bit(?:_varying)?|point|line|lseg|box|path|polygon|circle|(?:int4|int8|num|ts|tstz|date)range)\b/,
    RB,
  ),
  // a list of a model is a relation, and no column
  pattern(
    'column_type',
    'high',
    /\b\w+[ \t]+(?:String|Boolean|Int|BigInt|Float|Decimal|DateTime|Json|Bytes|Unsupported\([^)\n]*\))\[\]/,
    PRISMA,
  ),
  pattern('column_type', 'high', /@db\.(?:Inet|Money|Bit|VarBit|Xml|Citext|Oid)\b/, PRISMA),
  pattern('user_type', 'high', /\bpgEnum\(|\btype:\s*["']enum["']|\bDataTypes\.ENUM\b|\.enu\(/, JS),
  pattern('user_type', 'medium', /\bpostgresql\.ENUM\(|\bsa\.Enum\(/, PY),
  pattern('user_type', 'high', /^enum\s+\w+\s*\{/m, PRISMA),
  pattern('user_type', 'high', /\bcreate_enum\b/, RB),
  pattern(
    'extension',
    'high',
    /\benable_extension\b|\bCreateExtension\(|\b(?:Trigram|HStore|CITe?xt|BtreeGin|Unaccent)Extension\(/,
  ),
  pattern('extension', 'high', /\bextensions\s*=\s*\[/, PRISMA),
  pattern('extension', 'medium', /\bCIText(?:Char|Email)?Field\b|\bHStoreField\b/, PY),
  pattern(
    'index_kind',
    'high',
    /\b(?:Gin|Gist|Brin|SpGist|Hash|Bloom)Index\(|postgresql_using\s*=\s*["'](?!btree)|\bExclud?eConstraint\(|\bExclusionConstraint\(/,
    PY,
  ),
  pattern('index_kind', 'high', /\.using\(\s*["'](?:gin|gist|brin|hash|spgist)/i, JS),
  pattern('index_kind', 'high', /using:\s*:(?:gin|gist|brin|hash)/, RB),
  pattern('index_kind', 'high', /type:\s*(?:Gin|Gist|SpGist|Brin|Hash)\b/, PRISMA),
  pattern('materialized_view', 'high', /\bpgMaterializedView\(|materialized:\s*true/),
  pattern('large_objects', 'high', /@Lob\b/, /\.(?:java|kts?)$/),
  // settings
  pattern(
    'session_setting',
    'high',
    /\b(?:statement_timeout|lock_timeout|idle_in_transaction_session_timeout|default_transaction_isolation|work_mem)\b/,
  ),
  pattern('orm_setting', 'high', /\bsynchronize:\s*true|\.sync\(\s*\{[^{}]*(?:alter|force)/, JS),
  pattern(
    'orm_setting',
    'high',
    /(?:ddl-auto|hbm2ddl\.auto)["']?\s*[:=>]+\s*["']?(?:update|create|create-drop)\b/,
    JVM,
  ),
  pattern(
    'orm_setting',
    'medium',
    /\.create_all\(|\bATOMIC_REQUESTS\b["']?\s*[:=]\s*True|\bCONN_MAX_AGE\b["']?\s*[:=]\s*None/,
    PY,
  ),
  pattern('orm_setting', 'medium', /\bshadowDatabaseUrl\b/, PRISMA),
  pattern('orm_setting', 'medium', /\balgorithm:\s*:concurrently|\bAddIndexConcurrently\(/),
  // sizes
  pattern(
    'large_batch',
    'medium',
    /\b(?:\w*(?:batch|chunk)_?size|in_batches\(of|find_each\(batch_size)["']?\s*[:=(,]\s*(?<number>\d[\d_]*)/i,
  ),
  pattern(
    'password_auth',
    'medium',
    /\bpostgres(?:ql)?:\/\/[^\s'"`:@/]+:[^\s'"`@]{1,2048}@/,
    undefined,
    'a connection URL with a password',
  ),
];

/** Signs that a code base knows about conflicts. */
export const RETRY_SIGNS =
  /40001|OC00[01]|SerializationFailure|serialization_failure|SerializationError|isOCCError|OccRetry|occ_retry|aurora[-_.]dsql[-_.\w]*connector|AuroraDSQL(?:Pool|Client)|CannotSerializeTransaction|ConcurrencyFailureException|PSQLState\.SERIALIZATION_FAILURE/i;

/** Signs of transactions of the program's own. */
export const TRANSACTION_SIGNS =
  /["'`]\s*BEGIN\b|\.(?:transaction|\$transaction|beginTransaction|begin_transaction|BeginTx|Begin|atomic|begin)\(|@Transactional\b|@transaction\.atomic\b|\bsetAutoCommit\(\s*false|\bActiveRecord::Base\.transaction\b|\.transaction do\b/;
