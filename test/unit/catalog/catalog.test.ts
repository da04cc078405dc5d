import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodedError } from '../../../src/base/errors';
import type { QueryResult } from '../../../src/core/sql/database-port';
import { indexState, isRunning, jobDurationMs, shortDuration } from '../../../src/core/catalog/jobs';
import type { IndexInfo, JobInfo } from '../../../src/core/catalog/model';
import { qualifiedName } from '../../../src/core/catalog/names';
import { sqlName } from '../../../src/core/dialect/names';
import { CATALOG_QUERIES, withinPath } from '../../../src/core/catalog/queries';
import { CatalogReader } from '../../../src/core/catalog/reader';
import { relationOf } from '../../../src/core/catalog/rows';
import { roundedCount, sizeClass } from '../../../src/core/catalog/size-class';
import { scriptText } from '../../../src/core/catalog/script/statement';
import { parseTextArray } from '../../../src/core/catalog/text-array';
import { splitStatements } from '../../../src/core/dialect/split';
import { identifierOf, tokenize } from '../../../src/core/dialect/lexer';

const job = (status: string, more: Partial<JobInfo> = {}): JobInfo => ({
  id: 'j',
  status,
  type: 'INDEX_BUILD',
  objectId: '7',
  ...more,
});

const index = (valid: boolean): IndexInfo => ({
  oid: '7',
  schema: 's',
  table: 't',
  name: 'i',
  unique: false,
  primary: false,
  valid,
  keys: ['a'],
  includes: [],
  nullsNotDistinct: false,
});

const answer = (columns: string[], ...rows: (string | null)[][]): QueryResult => ({ columns, rows, tag: 'SELECT' });
const refusal = (sqlstate: string): CodedError => new CodedError('DATABASE', 'refused', { details: { sqlstate } });

describe('the catalogue', () => {
  it('writes names that mean the same when they are read', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter(name => !name.includes('\0')),
        name => {
          const written = sqlName(name);
          const tokens = tokenize(written);
          assert.equal(tokens.length, 1);
          assert.equal(identifierOf(written, tokens[0]), name);
        },
      ),
    );
    assert.equal(qualifiedName({ schema: 'bank', name: 'order' }), 'bank."order"');
    assert.equal(sqlName('Order'), '"Order"');
  });

  it('reads arrays in text form', () => {
    assert.deepEqual(parseTextArray('{a,"b c","say \\"x\\"",NULL,"NULL","",ü}'), [
      'a',
      'b c',
      'say "x"',
      'NULL',
      '',
      'ü',
    ]);
    assert.deepEqual(parseTextArray('{}'), []);
    assert.deepEqual(parseTextArray(null), []);
  });

  it('takes reltuples -1 for a table that was not analysed', () => {
    const row = { oid: '1', schema: 's', name: 't', kind: 'r', owner: 'admin', comment: null };
    assert.equal(relationOf({ ...row, tuples: '-1' }).estimatedRows, undefined);
    assert.equal(relationOf({ ...row, tuples: '1e+06' }).estimatedRows, 1_000_000);
    assert.equal(sizeClass(undefined), 'unknown');
    assert.deepEqual([0, 3_000, 3_001, 2e6, 2e9].map(sizeClass), ['empty', 'small', 'medium', 'large', 'huge']);
    assert.deepEqual([7, 999, 1_000, 1_250, 12_345, 999_900, 2.5e9].map(roundedCount), [
      '7',
      '999',
      '1 k',
      '1.3 k',
      '12 k',
      '1 M',
      '2.5 G',
    ]);
  });

  it('tells an index that is being built from one whose build failed', () => {
    assert.equal(indexState(index(true), []), 'valid');
    assert.equal(indexState(index(false), [job('processing')]), 'building');
    assert.equal(indexState(index(false), [job('processing', { objectId: '8' })]), 'invalid');
    assert.equal(indexState(index(false), [job('failed')]), 'invalid');
  });

  it('measures jobs until their end, or until now while they run', () => {
    assert.equal(isRunning(job('submitted')), true);
    assert.equal(isRunning(job('cancelled')), false);
    assert.equal(jobDurationMs(job('processing', { startedMs: 1_000 }), 4_000), 3_000);
    assert.equal(jobDurationMs(job('completed', { startedMs: 1_000, updatedMs: 2_500 }), 9_000), 1_500);
    assert.equal(jobDurationMs(job('completed'), 9_000), undefined);
    assert.deepEqual([400, 12_000, 185_000].map(shortDuration), ['0.4 s', '12 s', '3 min 5 s']);
  });

  it('asks nothing of the views that DSQL does not have', () => {
    for (const sql of Object.values(CATALOG_QUERIES))
      assert.doesNotMatch(
        sql,
        /pg_stat|pg_authid|pg_enum|pg_trigger|pg_locks|pg_table_size|pg_database|to_json|pg_language/,
      );
  });

  it('asks again without set_config where the server refuses it', async () => {
    const asked: string[] = [];
    const reader = new CatalogReader(sql => {
      asked.push(sql);
      if (sql.includes('set_config')) return Promise.reject(refusal('0A000'));
      return Promise.resolve(answer(['definition'], ['SELECT 1;']));
    });
    assert.equal(await reader.viewDefinition('7'), 'SELECT 1;');
    assert.equal(asked.length, 2);
    assert.equal(asked[1], 'SELECT pg_catalog.pg_get_viewdef($1::oid) AS definition');
    for (const sql of Object.values(CATALOG_QUERIES)) assert.ok(!withinPath(sql).includes('set_config'), sql);
  });

  it('shows roles also to those who may not see the mappings, but hides no other failure', async () => {
    const roles = answer(['oid', 'name', 'login'], ['1', 'teller', 't']);
    const failing = (sqlstate: string) =>
      new CatalogReader(sql => (sql.includes('iam_pg') ? Promise.reject(refusal(sqlstate)) : Promise.resolve(roles)));
    assert.deepEqual((await failing('42501').roles())[0]?.arns, []);
    await assert.rejects(failing('08006').roles(), { code: 'DATABASE' });
  });

  it('says that a table is gone', async () => {
    const reader = new CatalogReader(() => Promise.resolve(answer([])));
    await assert.rejects(reader.table('7'), { code: 'CATALOG_OBJECT_GONE' });
  });

  it('writes scripts that split into their statements again', () => {
    const script = ["COMMENT ON TABLE a IS 'x;y'", 'CREATE TABLE b ()'];
    assert.deepEqual(
      splitStatements(scriptText(script)).map(({ text }) => text),
      script,
    );
  });
});
