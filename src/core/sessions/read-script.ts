/**
 * Session scripts, in the manner of PostgreSQL's isolation tester (src/test/isolation/README of its sources). Lines that begin with `#` are
 * comments; blocks stand in braces.
 *
 *     title TEXT                 what the script is called
 *     summary { … }              what it shows
 *     postgres { … }             what PostgreSQL does instead, at READ COMMITTED
 *     protocol simple            for test runners: these alone of simple, extended, fetched
 *     setup { … }                statements, run before each order
 *     teardown { … }             statements, run before setup and at the end
 *     watch { … }                a query whose rows are looked at after every line
 *     session NAME               what follows belongs to it
 *     setup { … }                statements, run before its first line
 *     step NAME { … }            one line
 *     permutation a b (c d) e    an order: each line is answered before the next is sent; in parentheses: sent together
 *     called TEXT                the order's name
 *     expect STEP …              ok · error SQLSTATE[|SQLSTATE] [text] · tag UPDATE 1 · rows { … }
 *     finally rows { … }         rows of the watch query after the last line
 *     verdict { … }              what the order shows
 */
import { splitStatements } from '../dialect/split';
import { malformedScript } from './errors';
import { readExpectation, readRows } from './expectation';
import { byTurns } from './orders';
import { stepsOf, type ScriptOrder, type SessionScript } from './script';
import { ScriptReader } from './script-reader';

const WORDS =
  'title, summary, postgres, protocol, setup, teardown, watch, session, step, permutation, called, expect, finally or verdict';
const PROTOCOLS: SessionScript['protocols'] = ['simple', 'extended', 'fetched'];
/** More columns could not be told apart. */
const MAX_SESSIONS = 6;

/**
 * Reads a script. One without an order gets those of `byTurns`.
 * @throws CodedError `SESSION_SCRIPT_MALFORMED` at the first line that is wrong.
 */
export function readSessionScript(text: string): SessionScript {
  return new Reading(new ScriptReader(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'))).read();
}

class Reading {
  private readonly script: SessionScript = {
    title: '',
    summary: '',
    postgres: '',
    protocols: PROTOCOLS,
    setup: [],
    teardown: [],
    sessions: [],
    orders: [],
  };

  constructor(private readonly reader: ScriptReader) {}

  read(): SessionScript {
    const { script, reader } = this;
    while (reader.skipBlank()) this.item(reader.line, reader.word());
    if (script.sessions.every(({ steps }) => steps.length === 0))
      throw malformedScript(reader.line, 'the script has no line to run', '"session NAME" and "step NAME { … }"');
    if (script.orders.length === 0) script.orders.push(...byTurns(script.sessions));
    this.verifyNames();
    return script;
  }

  private item(line: number, word: string | undefined): void {
    const { script, reader } = this;
    switch (word) {
      case 'title':
        script.title = reader.rest();
        return;
      case 'summary':
      case 'postgres':
        script[word] = prose(reader.block('prose'));
        return;
      case 'protocol':
        script.protocols = this.protocols(line);
        return;
      case 'setup':
        (script.sessions.at(-1) ?? script).setup.push(...statements(reader.block('sql')));
        return;
      case 'teardown':
        script.teardown.push(...statements(reader.block('sql')));
        return;
      case 'watch':
        script.watch = oneStatement(reader.block('sql'));
        return;
      case 'session':
        this.session(line);
        return;
      case 'step':
        this.step(line);
        return;
      case 'permutation':
        script.orders.push({
          name: `Order ${script.orders.length + 1}`,
          groups: groupsOf(reader.rest()),
          expectations: [],
          line,
        });
        return;
      case 'called':
        this.order(line, word).name = reader.rest();
        return;
      case 'expect':
        this.order(line, word).expectations.push(readExpectation(reader));
        return;
      case 'finally':
        if (reader.word() !== 'rows') throw malformedScript(line, '"finally" without rows', '"finally rows { … }"');
        this.order(line, word).finalRows = readRows(reader);
        return;
      case 'verdict':
        this.order(line, word).verdict = prose(reader.block('prose'));
        return;
      default:
        throw malformedScript(line, `"${word ?? reader.rest()}" is not understood`, WORDS);
    }
  }

  private protocols(line: number): SessionScript['protocols'] {
    const names = this.reader.rest().split(/\s+/);
    const known = PROTOCOLS.filter(name => names.includes(name));
    if (known.length !== names.length)
      throw malformedScript(line, `protocol ${names.join(' ')}`, `some of ${PROTOCOLS.join(', ')}`);
    return known;
  }

  private session(line: number): void {
    const { sessions } = this.script;
    const name = this.reader.word();
    if (name === undefined) throw malformedScript(line, 'the session has no name', '"session A"');
    if (sessions.some(other => other.name === name))
      throw malformedScript(line, `session ${name} is there twice`, 'a name of its own');
    if (sessions.length === MAX_SESSIONS) throw malformedScript(line, 'too many sessions', `at most ${MAX_SESSIONS}`);
    sessions.push({ name, setup: [], steps: [] });
  }

  private step(line: number): void {
    const session = this.script.sessions.at(-1);
    const name = this.reader.word();
    if (name === undefined) throw malformedScript(line, 'the line has no name', '"step a1 { BEGIN }"');
    if (!session) throw malformedScript(line, `step ${name} stands before the first session`, '"session A" above it');
    if (stepsOf(this.script).has(name)) throw malformedScript(line, `step ${name} is there twice`, 'a name of its own');
    const sql = oneStatement(this.reader.block('sql'));
    if (sql === '') throw malformedScript(line, `step ${name} is empty`, 'a statement');
    session.steps.push({ name, session: session.name, sql, line });
  }

  private order(line: number, word: string): ScriptOrder {
    const order = this.script.orders.at(-1);
    if (!order) throw malformedScript(line, `"${word}" stands before the first order`, '"permutation …" above it');
    return order;
  }

  private verifyNames(): void {
    const { orders, watch } = this.script;
    const steps = stepsOf(this.script);
    for (const { line, groups, expectations, finalRows } of orders) {
      const names = groups.flat();
      if (names.length === 0) throw malformedScript(line, 'the order is empty', 'names of lines');
      const unknown = names.find(name => !steps.has(name));
      if (unknown !== undefined)
        throw malformedScript(line, `there is no step ${unknown}`, [...steps.keys()].join(', '));
      const stray = expectations.find(({ step }) => !names.includes(step));
      if (stray) throw malformedScript(line, `the order does not run ${stray.step}`, names.join(', '));
      if (finalRows && watch === undefined)
        throw malformedScript(line, '"finally" without a watch query', '"watch { … }"');
    }
    const twice = orders.find((order, at) => orders.findIndex(({ name }) => name === order.name) !== at);
    if (twice) throw malformedScript(twice.line, `two orders are called "${twice.name}"`, 'a name of its own');
  }
}

const statements = (block: string): string[] => splitStatements(block).map(({ text }) => text);
const prose = (block: string): string => block.replace(/\s+/g, ' ').trim();

function oneStatement(block: string): string {
  return block.trim().replace(/;$/, '').trim();
}

function groupsOf(text: string): string[][] {
  const groups = text.match(/\([^()]*\)|\w+/g) ?? [];
  return groups.map(group => group.replace(/[()]/g, '').trim().split(/\s+/));
}
