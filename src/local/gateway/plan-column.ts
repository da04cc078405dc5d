import type { ExplainStatement } from '../../core/dialect/contract';
import { oneColumn, OID } from './wire/server-messages';

/** RowDescription of EXPLAIN's answer: its type goes with the format, so that drivers hand out JSON as an object. */
export const planColumn = ({ format }: ExplainStatement, binary = false): Buffer =>
  oneColumn('QUERY PLAN', format === 'json' || format === 'xml' ? OID[format] : OID.text, binary ? 1 : 0);
