import { scaled } from './checks';
import type { Action, ExpectedError } from './contract';
import type { RunAs } from '../sql/database-port';
import { malformed, type ChapterPosition } from './errors';
import type { InfoString } from './info-string';
import { statementsOf } from './sql-block';
import { inlineSessions } from './sessions-block';
import { stressAction, type StressFields } from './stress-action';
import { readYaml, type YamlBlock } from './yaml-block';

/** The options a verb knows; every other one is an error, so that a typing mistake cannot pass. */
export const OPTIONS: Record<string, readonly string[]> = {
  'sql run': ['as', 'user', 'error', 'contains', 'tolerate'],
  'sql undo': ['as', 'user', 'tolerate'],
  'sql explain': ['name', 'analyze', 'verbose'],
  'sql check': ['min', 'max'],
  'yaml check': [],
  'json invoke': ['function', 'name', 'times', 'expect'],
  'yaml deploy': [],
  'yaml remove': ['undo'],
  'yaml token': [],
  'yaml load-accounts': [],
  'yaml wait-for-jobs': [],
  'yaml stress': [],
  'yaml compare': [],
  'yaml sessions': [],
  'sessions run': ['name', 'order'],
  'sql heat-map': ['title'],
  'yaml conflict-map': [],
  'yaml compare-plans': [],
  'yaml measure': [],
};

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The actions of one block. `at` is the line of the fence; content starts one line below. */
export function readActions(info: InfoString, content: string, at: ChapterPosition): Action[] {
  const inside: ChapterPosition = { file: at.file, line: at.line + 1 };
  switch (`${info.language} ${info.verb}`) {
    case 'sql run':
    case 'sql undo':
      return sqlActions(info, content, at);
    case 'sql explain':
      return [explainAction(info, content, at)];
    case 'sessions run':
      return [inlineSessions(info, content, at)];
    case 'sql heat-map':
      return [heatMapAction(info, content, at)];
    case 'json invoke':
      return [invokeAction(info, content, at)];
    default:
      return [yamlAction(info.verb as YamlBlock, content, inside)];
  }
}

function sqlActions(info: InfoString, content: string, at: ChapterPosition): Action[] {
  const identity = identityOf(info, at);
  const expectError = expectedError(info, at);
  const tolerate = info.options.get('tolerate')?.split(',');
  if (tolerate?.some(state => !SQLSTATE.test(state)))
    throw malformed(at, `tolerate=${tolerate.join(',')}`, 'SQLSTATEs such as tolerate=42704,42P01');
  const statements = statementsOf(content);
  if (statements.length === 0) throw malformed(at, 'the block holds no statement', 'one or more SQL statements');
  if (expectError && statements.length > 1)
    throw malformed(at, 'an expected error with several statements', 'one statement in a block that names an error');
  return statements.map(statement => ({
    type: 'sql',
    sql: statement.sql,
    ...identity,
    expectError,
    tolerate,
    line: at.line + 1 + statement.lineOffset,
  }));
}

function identityOf(info: InfoString, at: ChapterPosition): { as: RunAs; user?: string } {
  const as = info.options.get('as') ?? 'admin';
  const user = info.options.get('user');
  if (as !== 'admin' && as !== 'lambda') throw malformed(at, `as=${as}`, 'as=admin or as=lambda');
  if (as === 'lambda' && !user) throw malformed(at, 'as=lambda without a database user', 'as=lambda user=myapp');
  return { as, user };
}

function expectedError(info: InfoString, at: ChapterPosition): ExpectedError | undefined {
  const sqlstate = info.options.get('error');
  const contains = info.options.get('contains');
  if (sqlstate === undefined) {
    if (contains !== undefined) throw malformed(at, 'contains= without error=', 'error=<SQLSTATE> before it');
    return undefined;
  }
  if (!SQLSTATE.test(sqlstate)) throw malformed(at, `error=${sqlstate}`, 'a SQLSTATE such as error=0A000');
  return { sqlstate, contains };
}

function explainAction(info: InfoString, content: string, at: ChapterPosition): Action {
  const name = info.options.get('name');
  if (!name) throw malformed(at, 'the explain block has no name', 'name=<name>, under which checks find the plan');
  const [statement, ...others] = statementsOf(content);
  if (!statement || others.length > 0)
    throw malformed(at, `${others.length + (statement ? 1 : 0)} statements`, 'one query');
  const analyze = info.options.get('analyze') === 'true';
  const verbose = info.options.get('verbose') === 'true';
  const sql = statement.sql.replace(/^explain\s+(analyze\s+)?(verbose\s+)?/i, '');
  return { type: 'explain', sql, analyze, verbose, name, line: at.line };
}

function heatMapAction(info: InfoString, content: string, at: ChapterPosition): Action {
  const [statement, ...others] = statementsOf(content);
  if (!statement || others.length > 0)
    throw malformed(at, `${others.length + (statement ? 1 : 0)} statements`, 'one query');
  const title = info.options.get('title');
  if (!title) throw malformed(at, 'the heat map has no title', 'title="…"');
  return { type: 'heat-map', sql: statement.sql, title, line: at.line };
}

function invokeAction(info: InfoString, content: string, at: ChapterPosition): Action {
  const functionName = info.options.get('function');
  const name = info.options.get('name');
  if (!functionName || !name)
    throw malformed(at, 'the invoke block lacks its names', 'function=<function> name=<answer>');
  const times = Number(info.options.get('times') ?? 1);
  if (!Number.isInteger(times) || times < 1) throw malformed(at, 'times is not a whole number', 'times=1 or more');
  const expect = info.options.get('expect') ?? 'answer';
  if (expect !== 'answer' && expect !== 'error')
    throw malformed(at, `expect=${expect}`, 'expect=answer or expect=error');
  let payload: unknown;
  try {
    payload = JSON.parse(content);
  } catch (error) {
    throw malformed(
      { file: at.file, line: at.line + 1 },
      `not JSON: ${(error as Error).message}`,
      'the payload as JSON',
    );
  }
  return { type: 'invoke', functionName, payload, name, times, expectFunctionError: expect === 'error', line: at.line };
}

/** Fields of all yaml actions, as the schema lets them through. */
interface YamlAction extends StressFields {
  script: string;
  order?: string | number;
  lambda: string;
  at?: string;
  function: string;
  user: string;
  as?: RunAs;
  balance: number;
  indexes: string[];
  timeoutSeconds: number;
  runs: string[];
  buckets?: number;
  before: string;
  after: string;
  times: number;
  cases: { name: string; payload: unknown }[];
}

function yamlAction(block: YamlBlock, content: string, inside: ChapterPosition): Action {
  const value = readYaml(content, block, inside).value as YamlAction;
  const line = inside.line - 1;
  switch (block) {
    case 'deploy':
      return {
        type: 'deploy',
        lambda: value.lambda,
        functionName: value.function,
        ...(value.at !== undefined && { at: value.at }),
        line,
      };
    case 'remove':
      return { type: 'remove-function', functionName: value.function, line };
    case 'token':
      return { type: 'token', user: value.user, as: value.as ?? 'admin', line };
    case 'load-accounts':
      return { type: 'load-accounts', accounts: scaled(value.accounts), balance: value.balance, line };
    case 'wait-for-jobs':
      return { type: 'wait-for-jobs', indexes: value.indexes, timeoutSeconds: value.timeoutSeconds, line };
    case 'compare':
      return { type: 'compare-runs', runs: value.runs, line };
    case 'sessions':
      return {
        type: 'sessions',
        name: value.name,
        source: { script: value.script },
        ...(value.order !== undefined && { order: String(value.order) }),
        line,
      };
    case 'conflict-map':
      return { type: 'conflict-map', runs: value.runs, buckets: value.buckets ?? 20, line };
    case 'compare-plans':
      return { type: 'compare-plans', before: value.before, after: value.after, line };
    case 'measure':
      return { type: 'measure', functionName: value.function, times: value.times, cases: value.cases, line };
    default:
      return stressAction(value, { file: inside.file, line });
  }
}
