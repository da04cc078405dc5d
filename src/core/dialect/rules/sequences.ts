import { optionsOf, as } from '../tree';
import { ruleMaker } from '../rule';
import { existence, writtenType } from '../type-names';
import { CACHE_SIZE, cacheOf, wrongCache } from './constraints';

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
  rule(
    'CreateSeqStmt',
    { id: 'sequence_cache', message: MESSAGE, remedy: REMEDY },
    sequence => cacheOf(sequence.options) === undefined,
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
      const type = writtenType(as(option.arg, 'TypeName'));
      return ['int2', 'int4'].includes(type.name) && { values: { type: type.display }, location: option.location };
    },
  ),
  rule(
    ['CreateSeqStmt', 'AlterSeqStmt'],
    {
      id: 'sequence_type_no_integer',
      sqlstate: '22023',
      message: 'sequence type must be bigint',
      since: '2026-02-13',
      grade: 'D',
      source: 'AWS’s adapter for SQLAlchemy tests text and class of the error, with numeric',
      remedy: 'Leave AS out, or write AS bigint.',
    },
    sequence => {
      const option = optionsOf(sequence.options).get('as');
      const typeName = option && as(option.arg, 'TypeName');
      return (
        typeName !== undefined &&
        !['int2', 'int4', 'int8'].includes(writtenType(typeName).name) && {
          location: option?.location,
          ...existence(typeName),
        }
      );
    },
  ),
  rule('CreateSeqStmt', { id: 'sequence_cache_size', ...CACHE_SIZE, remedy: REMEDY }, sequence =>
    wrongCache(sequence.options),
  ),
  rule(
    'AlterSeqStmt',
    {
      id: 'alter_sequence_cache',
      ...CACHE_SIZE,
      grade: 'G',
      source: 'inferred from CREATE SEQUENCE',
      remedy: 'Set CACHE 1, or at least 65536.',
    },
    sequence => wrongCache(sequence.options),
  ),
];
