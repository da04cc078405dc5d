/** Where an error is: PostgreSQL counts in the statement it was given, clients in the text they sent. */
import type { Classified } from '../../core/dialect/contract';
import type { Explainer, ServerError } from '../ports';
import { identifierOf, tokenize } from '../../core/dialect/lexer';
import { originalOffset } from '../../core/dialect/replacements';
import { BatchError } from './batch-error';
import { noParameter } from './errors';
import { withPosition } from './wire/server-messages';

/**
 * The error with its position in the client's text, where the statement begins `offset` characters in. What PostgreSQL says of an
 * EXPLAIN is about another text: a position in the explained statement is carried over, one in the options is that of the option.
 */
export function placed(error: BatchError, c: Classified, offset: number, explainer: Explainer): BatchError {
  const { position } = error.error;
  if (position === undefined) return error;
  const byPostgres = error.op !== undefined;
  const inStatement = byPostgres ? inText(c.explain ? inExplain(position, c, explainer) : position, c) : position;
  const moved = inStatement === undefined ? undefined : inStatement + offset;
  if (moved === position) return error;
  const told: ServerError = { ...error.error };
  if (moved === undefined) delete told.position;
  else told.position = moved;
  return new BatchError(told, error.frame && withPosition(error.frame, moved), error.op);
}

/** A Query has no parameters: where one of its statements had to be bound, PostgreSQL misses their values and not the parameters. */
export function withoutParameters(error: BatchError, { sql }: Classified): BatchError {
  if (error.error.sqlstate !== '08P01') return error;
  const parameter = tokenize(sql).find(({ type }) => type === 'parameter');
  if (!parameter) return error;
  const name = sql.slice(parameter.start, parameter.end);
  return new BatchError(noParameter(name, characters(sql.slice(0, parameter.start)) + 1), undefined, error.op);
}

/** A position in the text that PostgreSQL got, in the one that the client sent. */
function inText(position: number | undefined, { text, sql, replacements }: Classified): number | undefined {
  if (position === undefined || !replacements) return position;
  const offset = [...sql].slice(0, position - 1).join('').length;
  return characters(text.slice(0, originalOffset(offset, replacements))) + 1;
}

function inExplain(position: number, { sql, explain }: Classified, explainer: Explainer): number | undefined {
  const inner = explain!.inner.sql;
  const before = characters(explainer.toPostgres(explain!)) - characters(inner);
  const start = sql.lastIndexOf(inner);
  if (start < 0) return undefined;
  if (position > before) return position - before + characters(sql.slice(0, start));
  const fromOption = explainer.toPostgres(explain!).slice(position - 1);
  const option = identifierOf(fromOption, tokenize(fromOption, 1)[0]);
  return option === undefined ? undefined : positionOfWord(sql.slice(0, start), option);
}

/** Where a name stands in a text, counted from 1. */
function positionOfWord(text: string, name: string): number | undefined {
  const found = tokenize(text).find(token => identifierOf(text, token) === name);
  return found && characters(text.slice(0, found.start)) + 1;
}

/** Positions count characters, not UTF-16 units. */
export const characters = (text: string): number => [...text].length;
