/** What a word of SQL means in DSQL where it means more, or something else, than in PostgreSQL: for hovers. */
import { Lexer, foldCase } from '../dialect/lexer';
import type { TextRange } from './contract';
import { guidePage } from './documentation';

export interface KeywordHelp {
  /** Heading, as one would write it. */
  title: string;
  /** Markdown, a few sentences. */
  text: string;
  /** Date (ISO) and origin of what is said. */
  since: string;
  source: string;
  url: string;
}

interface Entry extends KeywordHelp {
  /** Words that follow one another; the hover may be on any of them. */
  words: readonly string[];
}

const entry = (words: string, title: string, text: string, since: string, source: string, url: string): Entry => ({
  words: words.split(' '),
  title,
  text,
  since,
  source,
  url,
});

/** Longest first where one begins like another. */
const ENTRIES: readonly Entry[] = [
  entry(
    'alter table async',
    'ALTER TABLE ASYNC … VALIDATE CONSTRAINT',
    'Validates a constraint that was added `NOT VALID`, by a job beside the traffic. Answers one row with the `job_id`; the outcome stands in `sys.jobs`.',
    '2026-08-03',
    'User Guide release notes; recorded 2026-09',
    guidePage('alterTable'),
  ),
  entry(
    'index async',
    'CREATE INDEX ASYNC',
    'The only way to build an index. Answers one row with the `job_id` at once; the index is used when the job is done. No `USING`, no operator classes, no `ASC`/`DESC`; expression, partial and covering (`INCLUDE`) indexes are there.',
    '2026-09-15',
    'recorded on a cluster',
    guidePage('index'),
  ),
  entry(
    'sys . wait_for_job',
    'CALL sys.wait_for_job(job_id)',
    'A procedure: `CALL`, not `SELECT`, and not inside a transaction. Answers one row `succeeded`; `false` means failed or timed out, it does not raise. An id that no job has is waited for without end. For waits beyond five minutes poll `sys.jobs` instead.',
    '2026-10-10',
    'recorded on a cluster; Flyway’s DSQL support',
    guidePage('index'),
  ),
  entry(
    'sys . jobs',
    'sys.jobs',
    'Asynchronous jobs: `job_id`, `status` (`submitted`, `processing`, `completed`, `failed`), `details`, `job_type`, `object_name`, times. Finished rows stay about 30 minutes.',
    '2026-09-15',
    'recorded on a cluster; User Guide',
    guidePage('index'),
  ),
  entry(
    'for key share',
    'FOR KEY SHARE',
    'Marks the keys of the rows read: the transaction fails with 40001 at COMMIT when one of them is deleted or its key changed elsewhere. Foreign keys do this by themselves on the parent row.',
    '2026-08-25',
    'User Guide release notes; conflict matrix',
    guidePage('concurrency'),
  ),
  entry(
    'for update',
    'FOR UPDATE',
    'Nothing waits. The rows read join the set that is checked at COMMIT: the cure for write skew. Any WHERE is taken since 2026-08-18; name rows by key to keep the set small.',
    '2026-08-18',
    'ministack, measured; User Guide, concurrency control',
    guidePage('concurrency'),
  ),
  entry(
    'as identity',
    'GENERATED … AS IDENTITY (CACHE n)',
    'Only for `bigint`, and `CACHE` must be given: 1, or at least 65536. A large cache lets many sessions insert at once and leaves gaps.',
    '2026-02-13',
    'User Guide release notes; recorded 2026-09',
    guidePage('sql'),
  ),
  entry(
    'not valid',
    'NOT VALID',
    'The way to add CHECK and FOREIGN KEY to an existing table: new writes are checked at once, rows that are there by `ALTER TABLE ASYNC … VALIDATE CONSTRAINT`.',
    '2026-08-03',
    'User Guide release notes',
    guidePage('alterTable'),
  ),
  entry(
    'aws iam grant',
    'AWS IAM GRANT role TO ’arn’',
    'Lets an IAM role or user connect as a database role (which must have LOGIN). Only admin may run it; it counts as DDL. `sys.iam_pg_role_mappings` lists the grants.',
    '2026-09-23',
    'User Guide; spike protocol',
    'https://docs.aws.amazon.com/aurora-dsql/latest/userguide/using-database-and-iam-roles.html',
  ),
  entry(
    'cache',
    'CACHE n',
    'How many numbers of a sequence a session takes at once: 1, or at least 65536. DSQL wants the choice to be written.',
    '2026-02-13',
    'User Guide release notes; recorded 2026-09',
    guidePage('sql'),
  ),
  entry(
    'begin',
    'Transactions in DSQL',
    'Snapshot isolation (REPEATABLE READ), checked at COMMIT: the first committer wins, the other gets 40001 and runs the whole transaction again. At most one DDL statement and no DML beside it, 3,000 rows, 10 MiB, 5 minutes. No savepoints.',
    '2026-09-17',
    'User Guide, concurrency control and quotas; recorded 2026-09',
    guidePage('concurrency'),
  ),
  entry(
    'explain',
    'EXPLAIN',
    'Plans show three layers of filters: index condition, storage (`Filters`), query processor (`Filter`). `EXPLAIN ANALYZE VERBOSE` adds the statement’s DPU estimate; ANALYZE runs the statement.',
    '2025-11-20',
    'User Guide release notes',
    guidePage('sql'),
  ),
];

interface Word extends TextRange {
  text: string;
}

/** The help for the word at an offset, with the range of all its words; undefined for most words. */
export function keywordHelpAt(line: string, offset: number): { help: KeywordHelp; range: TextRange } | undefined {
  const words = wordsOf(line);
  for (const help of ENTRIES) {
    for (let at = 0; at + help.words.length <= words.length; at++) {
      if (!help.words.every((word, i) => words[at + i]?.text === word)) continue;
      const range = { start: words[at]?.start ?? 0, end: words[at + help.words.length - 1]?.end ?? 0 };
      if (offset >= range.start && offset <= range.end) return { help, range };
    }
  }
  return undefined;
}

function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  const lexer = new Lexer(line);
  while (lexer.next()) {
    const { type, start, end } = lexer;
    if (type === 'space' || type === 'comment') continue;
    const raw = line.slice(start, end);
    words.push({ start, end, text: type === 'word' ? foldCase(raw) : type === 'punctuation' ? raw : '' });
  }
  return words;
}
