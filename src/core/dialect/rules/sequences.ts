import { optionsOf, as } from '../tree';
import { ruleMaker } from '../rule';
import { existence, writtenType } from '../type-names';
import { badCache } from './constraints';

const rule = ruleMaker({ area: 'sequences', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });

const REMEDY = 'Write CREATE SEQUENCE s CACHE 65536 for many concurrent inserts, or CACHE 1.';
const MESSAGE =
  'CREATE SEQUENCE is not supported without an explicit cache size. please define CACHE greater than or equal to 65536 or equal to 1';

/** CREATE and ALTER SEQUENCE. Identity columns are constraints. */
export const sequenceRules = [
  rule(
    'CreateSeqStmt',
    {
      id: 'sequence_before_february',
      message: 'unsupported statement: CreateSeq',
      since: '2024-12-01',
      until: '2026-02-13',
      grade: 'D',
      source: 'User Guide release notes',
      remedy: 'Use uuid keys: gen_random_uuid().',
    },
    () => true,
  ),
  rule('CreateSeqStmt', { id: 'sequence_cache', message: MESSAGE, remedy: REMEDY }, sequence =>
    badCache(sequence.options),
  ),
  rule(
    'AlterSeqStmt',
    {
      id: 'alter_sequence_cache',
      message: MESSAGE,
      grade: 'G',
      source: 'inferred from CREATE SEQUENCE',
      remedy: 'Set CACHE 1, or at least 65536.',
    },
    sequence => badCache(sequence.options, true),
  ),
  rule(
    ['CreateSeqStmt', 'AlterSeqStmt'],
    {
      id: 'sequence_type',
      message: 'datatype {type} not supported, sequence type must be bigint',
      grade: 'G',
      source: 'User Guide: only bigint; the text is inferred from identity columns',
      remedy: 'Leave AS out, or write AS bigint.',
    },
    sequence => {
      const option = optionsOf(sequence.options).get('as');
      if (!option) return false;
      const typeName = as(option.arg, 'TypeName');
      const type = writtenType(typeName);
      return (
        type.name !== 'int8' && { values: { type: type.display }, location: option.location, ...existence(typeName) }
      );
    },
  ),
];
