/** What is known of a database error: the server's own words, why DSQL says so, and what to do next. */
import { causes, CodedError } from '../../base/errors';
import { ERROR_GUIDES, type ErrorGuide } from './error-guide';
import { SQLSTATE } from './sqlstate';

/** A server's error with what the workshop knows of it; the server's own words stay as they are. */
export interface DatabaseErrorExplanation {
  message: string;
  sqlstate?: string;
  severity?: string;
  detail?: string;
  /** Of the server. */
  hint?: string;
  /** In the statement, 1-based, in characters (code points), as PostgreSQL counts. */
  position?: number;
  /** What is behind it. */
  why?: string;
  nextStep?: string;
  retry: ErrorGuide['retry'];
  /** Id of the entry that `why` comes from, with its date and source. */
  guide?: { id: string; asOf: string; source: string };
}

/**
 * Explains an error of a statement: a CodedError `DATABASE`, another CodedError, or a driver's error anywhere among the causes.
 * Never throws. The texts of the server are data: show them as text.
 */
export function explainDatabaseError(error: unknown): DatabaseErrorExplanation {
  const chain = causes(error);
  const coded = chain.find((link): link is CodedError => link instanceof CodedError);
  const facts = serverFacts(chain);
  const message = facts.message ?? (error instanceof Error ? error.message : String(error));
  const guide = facts.sqlstate === undefined ? undefined : findGuide(facts.sqlstate, message, facts.hint);
  return {
    ...facts,
    message,
    ...(guide && { why: guide.why, guide: { id: guide.id, asOf: guide.asOf, source: guide.source } }),
    nextStep: guide?.nextStep ?? coded?.nextStep,
    retry: guide?.retry ?? (coded?.code === 'CONNECTION_LOST' ? 'unknown-outcome' : 'no'),
  };
}

/** The entry for an error of the server. */
function findGuide(sqlstate: string, message: string, hint = ''): ErrorGuide | undefined {
  return ERROR_GUIDES.find(
    ({ sqlstates, pattern }) =>
      sqlstates.includes(sqlstate) && (!pattern || pattern.test(message) || pattern.test(hint)),
  );
}

type ServerFacts = Partial<
  Pick<DatabaseErrorExplanation, 'message' | 'sqlstate' | 'severity' | 'detail' | 'hint' | 'position'>
>;

function serverFacts(chain: readonly unknown[]): ServerFacts {
  for (const link of chain) {
    if (link instanceof CodedError) {
      const { details, message } = link;
      if (typeof details?.sqlstate === 'string') return { message, ...fields(details, details.sqlstate) };
      continue;
    }
    const { code, message } = link as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && SQLSTATE.test(code) && typeof message === 'string')
      return { message, ...fields(link as Record<string, unknown>, code) };
  }
  return {};
}

function fields(from: Record<string, unknown>, sqlstate: string): ServerFacts {
  const text = (key: string): string | undefined => {
    const value = from[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const position = Number(from.position);
  return {
    sqlstate,
    severity: text('severity'),
    detail: text('detail'),
    hint: text('hint'),
    position: Number.isInteger(position) && position > 0 ? position : undefined,
  };
}

/** Where the server's position (1-based, in code points) lies in the text, in UTF-16 units, never beyond its end. */
export function offsetOfPosition(text: string, position: number): number {
  let at = 0;
  for (let seen = 1; seen < position && at < text.length; seen++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}
