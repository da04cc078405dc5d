import { T, type FixCase } from './fix-case';

/** What a transaction may hold, and what is set. */
export const TRANSACTION_FIXES: readonly FixCase[] = [
  {
    rule: 'multiple_ddl',
    fix: 'split',
    text: 'BEGIN;\nCREATE TABLE f (id uuid PRIMARY KEY);\nCREATE TABLE g (id uuid PRIMARY KEY);\nCOMMIT;',
    fixed:
      'BEGIN;\nCREATE TABLE f (id uuid PRIMARY KEY);\nCOMMIT;\nBEGIN;\nCREATE TABLE g (id uuid PRIMARY KEY);\nCOMMIT;',
  },
  {
    rule: 'ddl_with_dml',
    fix: 'split',
    text: 'BEGIN;\nCREATE TABLE f (id int PRIMARY KEY);\nINSERT INTO f VALUES (1);\nCOMMIT;',
    fixed: 'BEGIN;\nCREATE TABLE f (id int PRIMARY KEY);\nCOMMIT;\nBEGIN;\nINSERT INTO f VALUES (1);\nCOMMIT;',
  },
  {
    rule: 'transaction_row_limit',
    fix: 'split',
    given: ['CREATE TABLE bulk (id int PRIMARY KEY)'],
    text: `INSERT INTO bulk (id) VALUES ${Array.from({ length: 3001 }, (_, n) => `(${n})`).join(', ')};`,
    fixed: `INSERT INTO bulk (id) VALUES ${Array.from({ length: 3000 }, (_, n) => `(${n})`).join(', ')};\nINSERT INTO bulk (id) VALUES (3000);`,
  },
  {
    rule: 'analyze_in_transaction',
    fix: 'outside',
    given: [T],
    text: 'BEGIN;\nSELECT 1;\nANALYZE fx;\nSELECT 2;\nCOMMIT;',
    fixed: 'BEGIN;\nSELECT 1;\nCOMMIT;\nANALYZE fx;\nBEGIN;\nSELECT 2;\nCOMMIT;',
  },
  {
    rule: 'isolation_level',
    fix: 'remove',
    text: 'BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY;\nCOMMIT;',
    fixed: 'BEGIN READ ONLY;\nCOMMIT;',
  },
  {
    rule: 'isolation_level',
    fix: 'remove',
    text: 'START TRANSACTION READ WRITE, ISOLATION LEVEL SERIALIZABLE;\nCOMMIT;',
    fixed: 'START TRANSACTION READ WRITE;\nCOMMIT;',
  },
  {
    rule: 'unsupported_parameter',
    fix: 'begin',
    text: 'BEGIN;\nSET TRANSACTION READ ONLY;\nSELECT 1;\nCOMMIT;',
    fixed: 'BEGIN READ ONLY;\nSELECT 1;\nCOMMIT;',
  },
  {
    rule: 'unsupported_parameter',
    fix: 'session',
    text: 'SET TRANSACTION READ ONLY;\nSELECT 1;',
    fixed: 'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;\nSELECT 1;',
  },
  {
    rule: 'unsupported_parameter',
    fix: 'remove',
    text: 'SET statement_timeout = 0;\nSELECT 1;',
    fixed: 'SELECT 1;',
  },
  {
    rule: 'set_isolation_level',
    fix: 'remove',
    text: 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;',
    fixed: 'SELECT 1;',
  },
  { rule: 'savepoint', fix: 'remove', text: 'SAVEPOINT s;\nSELECT 1;', fixed: 'SELECT 1;' },
  { rule: 'vacuum', fix: 'remove', text: 'VACUUM FULL;\nSELECT 1;', fixed: 'SELECT 1;' },
  { rule: 'analyze_without_relation', fix: 'remove', text: 'ANALYZE;\nSELECT 1;', fixed: 'SELECT 1;' },
  {
    rule: 'wait_for_job_select',
    fix: 'call',
    text: `SELECT sys.wait_for_job('no job');`,
    fixed: `CALL sys.wait_for_job('no job');`,
  },
];
