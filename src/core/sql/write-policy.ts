/** What may be sent to which profile: read-only profiles take no writes, production asks first. */
import type { ConnectionProfile } from '../connections/connection-profile';
import type { Classified } from '../dialect/contract';

/** `allow`: send it. `confirm`: ask the user first. `refuse`: do not send it. */
export type Permission = 'allow' | 'confirm' | 'refuse';

/** Whether a statement changes something that outlives it: rows, the catalogue, privileges. Unknown statements count as writes. */
export function changesSomething(statement: Classified): boolean {
  const { kind, writes, special, explain, refusal, functions } = statement;
  switch (kind) {
    case 'dml':
    case 'ddl':
      return true;
    case 'call':
      // an expression may call what writes
      return special?.type !== 'wait-for-job' || (typeof special.jobId === 'object' && 'parameters' in special.jobId);
    case 'copy':
      return writes || /^\s*copy\b[^(]*\bfrom\b/i.test(statement.text);
    case 'explain':
      return explain?.analyze === true && changesSomething(explain.inner);
    case 'other':
      // refused for its syntax: this build may not know what the service has learnt since
      return refusal === undefined || refusal.sqlstate === '42601';
    default:
      return writes || (functions ?? []).some(name => WRITING_FUNCTIONS.has(name));
  }
}

const WRITING_FUNCTIONS = new Set(['nextval', 'setval']);

/** Whether a statement would take the session out of its read-only state. */
function leavesReadOnly({ kind, sessionReadOnly, begin, functions, text, parameter }: Classified): boolean {
  if (sessionReadOnly === false || begin?.readWrite === true) return true;
  if ((functions ?? []).includes('set_config') && /transaction_read_only/i.test(text)) return true;
  if (kind === 'set' || kind === 'reset') {
    const name = parameter?.name ?? '';
    return name.includes('transaction_read_only') || (kind === 'reset' && name === 'all');
  }
  return false;
}

/**
 * What becomes of a statement on a profile. One that does not parse is sent to a read-only profile all the same: its session is
 * read-only on the server too, and the server's own error says more.
 */
export function permissionFor(statement: Classified, profile: ConnectionProfile): Permission {
  const changes = changesSomething(statement);
  const unparsed = statement.refusal?.sqlstate === '42601';
  if (profile.readOnly && ((changes && !unparsed) || leavesReadOnly(statement))) return 'refuse';
  return profile.environment === 'production' && changes ? 'confirm' : 'allow';
}
