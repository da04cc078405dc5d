import type { ErrorGuide } from '../error-guide';

const common = {
  retry: 'no',
  grade: 'R',
  asOf: '2026-09-18',
  source: 'recorded on a cluster in eu-central-1',
} as const;

/** Errors of PostgreSQL's own that have a turn of their own on DSQL. */
export const STATEMENT_GUIDES: readonly ErrorGuide[] = [
  {
    ...common,
    id: 'serial_type',
    sqlstates: ['42704'],
    pattern: /type "(?:big|small)?serial"/i,
    why: 'DSQL has no serial types.',
    nextStep: 'Use uuid DEFAULT gen_random_uuid(), or bigint GENERATED ALWAYS AS IDENTITY (CACHE 65536).',
  },
  {
    ...common,
    id: 'missing_relation',
    sqlstates: ['42P01'],
    why: 'No such table in the search path; one that another session created after this transaction began is not seen either.',
    nextStep: 'Check schema and spelling; end an open transaction to see newer tables.',
  },
  {
    ...common,
    id: 'job_procedure',
    sqlstates: ['42809'],
    pattern: /wait_for_job/i,
    why: 'sys.wait_for_job is a procedure.',
    nextStep: "Write CALL sys.wait_for_job('<job id>').",
  },
  {
    ...common,
    id: 'index_not_valid',
    sqlstates: ['55000'],
    pattern: /is not valid/i,
    why: 'The index is still being built, or its build failed.',
    nextStep: 'Wait for its job in sys.jobs; drop the index if the job failed.',
  },
  {
    ...common,
    id: 'duplicate_key',
    sqlstates: ['23505'],
    why: 'A row with this key is already there. It may be your own: a COMMIT whose answer was lost can have taken effect.',
    nextStep: 'Look at the row; use ON CONFLICT DO NOTHING where running twice must change nothing.',
  },
  {
    ...common,
    id: 'function_privilege',
    sqlstates: ['42501'],
    pattern: /for function/i,
    why: 'The role may not call this function. Some of the system’s own are kept from everybody, admin among them.',
    nextStep: 'Grant EXECUTE on a function of yours, as its owner; do without one of the system’s own.',
  },
  {
    ...common,
    id: 'not_owner',
    sqlstates: ['42501'],
    pattern: /must be owner of/i,
    why: 'Only its owner may change it. The schemas public and sys are the service’s.',
    nextStep: 'Connect as the role that owns it, or leave what is the service’s as it is.',
  },
  {
    ...common,
    id: 'missing_privilege',
    sqlstates: ['42501'],
    why: 'The role lacks a privilege. In the schema public privileges are granted table by table, never on the schema.',
    nextStep: 'Grant the role what it needs, as admin: GRANT … ON TABLE … TO …',
  },
];
