/** What may stand at a place of a statement. */
import { introducesTable, isInFrom } from './scope';
import { armOf, isName, isSymbol, isWord, type Frame, type Item, type Place } from './statement';

/** What may stand at a place of a statement, as PostgreSQL's grammar has it. */
export type Expected =
  | { what: 'nothing' | 'statement' | 'value' | 'columnType' | 'valueType' | 'parameter' | 'definition' | 'alterTable' }
  /** After a value: operators and the words that go on. */
  | { what: 'continuation'; afterTable: boolean }
  /** Names of tables; with `join`, behind JOIN. */
  | { what: 'relation'; kinds: 'any' | 'table' | 'view' }
  | { what: 'schema' }
  /** Columns of the statement's target only: SET, INSERT INTO t ( … ), index keys. `listed` are there already. */
  | { what: 'targetColumn'; listed: string[] }
  /** What a qualifier leads to. */
  | { what: 'member'; qualifier: string[]; relations: boolean }
  /** Behind ON of a join. */
  | { what: 'joinCondition' }
  | { what: 'subquery' };

/** Reads the words before the place. */
export function expectedAt({ frame, index }: Place): Expected {
  const before = frame.items.slice(0, index);
  const last = before.at(-1);
  if (isSymbol(last, '.')) return memberOf(before);
  if (isSymbol(last, ':')) return isSymbol(before.at(-2), ':') ? { what: 'valueType' } : { what: 'nothing' };
  if (frame.parent) {
    const inGroup = groupContext(frame, frame.parent, before);
    if (inGroup) return inGroup;
  } else if (!last) return { what: 'statement' };
  const explained = withoutExplain(before);
  if (explained.length === 0) return { what: 'statement' };
  return definitionContext(explained) ?? queryContext(frame, index, before);
}

function memberOf(before: readonly Item[]): Expected {
  const qualifier: string[] = [];
  let at = before.length - 1;
  while (at >= 1 && isSymbol(before[at], '.')) {
    const item = before[at - 1];
    if (item?.type !== 'token' || (item.token !== 'word' && item.token !== 'quoted')) break;
    qualifier.unshift(item.name);
    at -= 2;
  }
  if (qualifier.length === 0) return { what: 'nothing' };
  const items = before.slice(0, at + 1);
  const relations =
    introducesTable(items, at) !== undefined ||
    (isSymbol(items[at], ',') && isInFrom(items, at)) ||
    objectKind(items) !== undefined;
  return { what: 'member', qualifier, relations };
}

/** In parentheses: what their opener wants. */
function groupContext(frame: Frame, parent: Frame, before: readonly Item[]): Expected | undefined {
  const opened = parent.items.slice(0, frame.at);
  const opener = opened.at(-1);
  const fresh = before.length === 0;
  const atName = fresh || isSymbol(before.at(-1), ',');
  const listed = frame.items.filter(isName).map(({ name }) => name);
  if (isInsertList(opened) || isWord(opener, 'conflict', 'include', 'references')) {
    return atName ? { what: 'targetColumn', listed } : { what: 'nothing' };
  }
  if (isIndexKeys(opened)) return atName ? { what: 'targetColumn', listed } : undefined;
  if (isNamedAfter(opened, 'references')) return { what: 'targetColumn', listed };
  if (isCreateTable(opened)) {
    if (atName) return { what: 'definition' };
    const element = before.slice(before.findLastIndex(item => isSymbol(item, ',')) + 1);
    if (element.length === 1 && isName(element[0]) && !isWord(element[0], ...CONSTRAINT_WORDS))
      return { what: 'columnType' };
    if (isWord(before.at(-1), 'references')) return { what: 'relation', kinds: 'table' };
    if (isWord(before.at(-1), 'default')) return { what: 'value' };
    return { what: 'definition' };
  }
  if (isWord(opener, 'using') && !isWord(opened[0], 'delete')) return { what: 'value' };
  if (fresh && isWord(opener, 'as', 'materialized', 'exists', 'from', 'join', 'lateral', 'in', 'any', 'all', 'some')) {
    return { what: 'subquery' };
  }
  if (isWord(opener, ...WITH_FROM) && isWord(before.at(-1), 'from', 'for', 'in')) return { what: 'value' };
  if (isWord(opener, 'cast') && isWord(before.at(-1), 'as')) return { what: 'valueType' };
  return fresh ? { what: 'value' } : undefined;
}

/** Functions whose arguments FROM parts. */
const WITH_FROM = ['extract', 'substring', 'trim', 'overlay', 'position'];

const CONSTRAINT_WORDS = ['constraint', 'primary', 'unique', 'check', 'foreign', 'like', 'exclude'];

/** `… word [schema.]name` with the name last. */
function isNamedAfter(items: readonly Item[], ...words: string[]): boolean {
  let at = items.length - 1;
  if (!isName(items[at])) return false;
  while (isSymbol(items[at - 1], '.')) at -= 2;
  return (
    isWord(items[at - 1], ...words) ||
    (isWord(items[at - 1], 'exists', 'only') && items.slice(0, at).some(item => isWord(item, ...words)))
  );
}

const isInsertList = (opened: readonly Item[]): boolean => {
  const as = opened.findLastIndex(item => isWord(item, 'as'));
  return isNamedAfter(as === opened.length - 2 && as > 0 ? opened.slice(0, as) : opened, 'into');
};
const isIndexKeys = (opened: readonly Item[]): boolean =>
  isWord(opened[0], 'create') && opened.some(item => isWord(item, 'index')) && isNamedAfter(opened, 'on');
const isCreateTable = (opened: readonly Item[]): boolean =>
  isWord(opened[0], 'create') && isNamedAfter(opened, 'table', 'exists');

function withoutExplain(before: readonly Item[]): readonly Item[] {
  if (!isWord(before[0], 'explain')) return before;
  const at = before.findIndex(
    (item, place) => place > 0 && item.type !== 'group' && !isWord(item, 'analyze', 'analyse', 'verbose'),
  );
  return at < 0 ? [] : before.slice(at);
}

/** DROP TABLE, COMMENT ON VIEW, ALTER TABLE…: the kind of object whose name comes next. */
function objectKind(before: readonly Item[]): 'any' | 'table' | 'view' | 'schema' | 'other' | undefined {
  const words = before.flatMap(item => (item.type === 'token' && item.token === 'word' ? [item.name] : ['']));
  while (['exists', 'if', 'not', 'only', 'async', 'concurrently'].includes(words.at(-1) ?? '')) words.pop();
  const [first = ''] = words;
  const last = words.at(-1) ?? '';
  if (['drop', 'alter', 'comment', 'grant', 'revoke'].includes(first) && words.length > 1) {
    if (last === 'table' || (last === 'column' && first === 'comment')) return 'table';
    if (last === 'view') return 'view';
    if (last === 'schema') return 'schema';
    if (['index', 'sequence', 'function', 'role', 'domain', 'constraint', 'statistics'].includes(last)) return 'other';
  }
  if ((first === 'grant' || first === 'revoke') && last === 'on') return 'any';
  if (words.length === 1 && first === 'analyze') return 'table';
  if (words.length === 1 && first === 'table') return 'any';
  return undefined;
}

function definitionContext(before: readonly Item[]): Expected | undefined {
  const [first] = before;
  const last = before.at(-1);
  if (isWord(first, 'set', 'show', 'reset')) {
    return before.length === 1 || (before.length === 2 && isWord(last, 'local', 'session'))
      ? { what: 'parameter' }
      : { what: 'nothing' };
  }
  const kind = objectKind(before);
  if (kind === 'schema') return { what: 'schema' };
  if (kind === 'other') return { what: 'nothing' };
  if (kind) return { what: 'relation', kinds: kind };
  if (isWord(first, 'alter') && isWord(before[1], 'table')) return alterTable(before);
  if (isWord(first, 'create') && isWord(last, 'on') && before.some(item => isWord(item, 'index')))
    return { what: 'relation', kinds: 'table' };
  if (isWord(first, 'create') && !before.some(item => isWord(item, 'as', 'atomic', 'select', 'where')))
    return { what: 'definition' };
  if (isWord(first, 'begin', 'commit', 'rollback', 'start', 'call', 'drop', 'comment', 'aws'))
    return { what: 'nothing' };
  return undefined;
}

function alterTable(before: readonly Item[]): Expected {
  const last = before.at(-1);
  const name = before.findLastIndex(item => isWord(item, 'column', 'add', 'drop', 'alter', 'rename'));
  const afterWord = name === before.length - 1 && name > 1;
  if (isWord(last, 'references')) return { what: 'relation', kinds: 'table' };
  if (isWord(last, 'default')) return { what: 'value' };
  if (isWord(last, 'schema')) return { what: 'schema' };
  if (afterWord && isWord(last, 'column', 'drop', 'alter', 'rename') && !isWord(before[name - 1], 'add')) {
    return { what: 'targetColumn', listed: [] };
  }
  const adds = isWord(before[name], 'add') || (isWord(before[name], 'column') && isWord(before[name - 1], 'add'));
  if (adds && name === before.length - 2 && isName(last) && !isWord(last, 'column', ...CONSTRAINT_WORDS))
    return { what: 'columnType' };
  if (afterWord && adds && isWord(last, 'column')) return { what: 'nothing' };
  return { what: 'alterTable' };
}

/** Words after which a value or a column stands. */
const BEFORE_VALUE = [
  ...[
    'select',
    'where',
    'and',
    'or',
    'not',
    'having',
    'by',
    'when',
    'then',
    'else',
    'case',
    'between',
    'like',
    'ilike',
    'in',
  ],
  ...[
    'returning',
    'distinct',
    'all',
    'limit',
    'offset',
    'is',
    'any',
    'some',
    'filter',
    'values',
    'default',
    'exists',
    'interval',
  ],
];

function queryContext(frame: Frame, index: number, before: readonly Item[]): Expected {
  const last = before.at(-1);
  const at = before.length - 1;
  if (isWord(last, 'union', 'intersect', 'except')) return { what: 'subquery' };
  if (introducesTable(before, at) || (isSymbol(last, ',') && isInFrom(before, at)))
    return { what: 'relation', kinds: 'any' };
  if (isWord(last, 'only', 'lateral') && isInFrom(before, at)) return { what: 'relation', kinds: 'any' };
  if (isWord(last, 'as', 'with', 'recursive')) return { what: 'nothing' };
  const set = isSetList(before);
  if (set) return { what: 'targetColumn', listed: set };
  if (isWord(last, 'on')) return { what: 'joinCondition' };
  // IS DISTINCT FROM: any other FROM introduces a table
  if (isWord(last, 'from')) return { what: 'value' };
  const operand =
    last?.type === 'group' ||
    (last?.type === 'token' &&
      (['number', 'string', 'parameter', 'quoted'].includes(last.token) ||
        (last.token === 'word' && !isWord(last, ...BEFORE_VALUE))));
  if (isWord(last, 'set', 'do', 'for', 'order', 'group', 'partition', 'conflict'))
    return { what: 'continuation', afterTable: true };
  if (operand) {
    const inFrom = isInFrom(before, before.length);
    const writes = isWord(
      armOf(frame, index).find(item => item.type !== 'cursor'),
      'insert',
      'update',
      'delete',
    );
    return { what: 'continuation', afterTable: inFrom || writes };
  }
  // a lone * after SELECT is a finished item, any other is a product
  if (
    isSymbol(last, '*') &&
    (isWord(before.at(-2), 'select', 'returning', 'distinct') ||
      isSymbol(before.at(-2), ',') ||
      isSymbol(before.at(-2), '.'))
  ) {
    return { what: 'continuation', afterTable: false };
  }
  return { what: 'value' };
}

/** In UPDATE … SET and ON CONFLICT DO UPDATE SET, where a column to be set comes next: those that are set already. */
function isSetList(before: readonly Item[]): string[] | undefined {
  const set = before.findLastIndex(item => isWord(item, 'set'));
  if (set < 0 || !before.some(item => isWord(item, 'update'))) return undefined;
  if (before.slice(set).some(item => isWord(item, 'where', 'from', 'returning'))) return undefined;
  const last = before.at(-1);
  if (!isWord(last, 'set') && !isSymbol(last, ',')) return undefined;
  return before.flatMap((item, at) => (at > set && isName(item) && isSymbol(before[at + 1], '=') ? [item.name] : []));
}
