import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planDocument } from '../../../src/core/plan/document';
import { readPlans } from '../../../src/core/plan/read-plans';
import { recordedPlan } from '../../support/plans';

const recorded = ['r02', 'r06', 'r09', 'r15', 'r18'];
const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');
const tree = (paste: string) =>
  readPlans(paste).map(read => {
    const { nodes, totals, footer } = planDocument(read);
    return {
      nodes: nodes.map(({ title, depth, actual, properties }) => ({ title, depth, actual, properties })),
      totals,
      footer,
    };
  });

/** How programs hand a plan on. */
const notations: Record<string, (lines: string[]) => string> = {
  'rows of a driver as JSON': lines => JSON.stringify(lines.map(line => ({ 'QUERY PLAN': line }))),
  'rows of a driver as indented JSON': lines =>
    JSON.stringify(
      lines.map(line => ({ 'QUERY PLAN': line })),
      null,
      2,
    ),
  'a whole answer of a driver': lines =>
    JSON.stringify(
      {
        command: 'EXPLAIN',
        rowCount: null,
        fields: [{ name: 'QUERY PLAN' }],
        rows: lines.map(line => ({ 'QUERY PLAN': line })),
      },
      null,
      2,
    ),
  'rows on a console of Node.js': lines =>
    `[\n${lines.map(line => `  { 'QUERY PLAN': ${line.includes("'") ? JSON.stringify(line) : `'${line}'`} },`).join('\n')}\n]`,
  'rows on a console of Python': lines =>
    `[${lines.map(line => `(${line.includes("'") ? JSON.stringify(line) : `'${line}'`},)`).join(', ')}]`,
  'a list of lines': lines => JSON.stringify(lines, null, 2),
  'one line of a JSON log': lines => JSON.stringify({ level: 'info', statement: 'SELECT 1', plan: lines.join('\n') }),
  'a string with its line ends written out': lines => lines.join('\\n'),
};

/** The one plan of a document as it is, and as psql frames it. */
function readBothWays(lines: readonly string[]): ReturnType<typeof planDocument>[] {
  const width = Math.max(...lines.map(line => line.length));
  const framed = [
    ' QUERY PLAN',
    '------------',
    ...lines.map((line, at) => ` ${line.padEnd(width)}${at < lines.length - 1 ? '+' : ''}`),
    '(1 row)',
    '',
  ];
  return [lines, framed].map(paste => {
    const [read, ...more] = readPlans(paste.join('\n'));
    assert.equal(more.length, 0);
    const document = planDocument(read!);
    assert.deepEqual(document.unparsed, []);
    return document;
  });
}

describe('plans inside a program’s own notation', () => {
  for (const [name, write] of Object.entries(notations))
    it(`mean the same as ${name}`, () => {
      for (const start of recorded) {
        const text = recordedPlan(start);
        assert.deepEqual(tree(write(linesOf(text))), tree(text), start);
      }
    });

  it('leave texts alone that are read as they stand', () => {
    for (const start of recorded) {
      const fenced = `It's "slow":\n\`\`\`\n${recordedPlan(start)}\`\`\`\nIsn't it?`;
      assert.equal(readPlans(fenced)[0]?.text, fenced);
    }
  });

  it('of FORMAT YAML become the tree, out of a psql frame, too', () => {
    const yaml = [
      '- Plan:',
      '    Node Type: "Gather"',
      '    Startup Cost: 1000.00',
      '    Total Cost: 11614.43',
      '    Plan Rows: 1',
      '    Plan Width: 12',
      '    Actual Startup Time: 0.1',
      '    Actual Total Time: 40.2',
      '    Actual Rows: 1',
      '    Actual Loops: 1',
      '    Plans:',
      '      - Node Type: "Seq Scan"',
      '        Parallel Aware: true',
      '        Relation Name: "t"',
      '        Alias: "t"',
      '        Startup Cost: 0.00',
      '        Total Cost: 10614.33',
      '        Plan Rows: 1',
      '        Plan Width: 12',
      '        Actual Startup Time: 20.1',
      '        Actual Total Time: 30.5',
      '        Actual Rows: 0',
      '        Actual Loops: 3',
      '        Filter: "(a = 1)"',
      '        Rows Removed by Filter: 333333',
      '  Planning Time: 0.055',
      '  Execution Time: 41.1',
    ];
    for (const { nodes, totals } of readBothWays(yaml)) {
      assert.deepEqual(
        nodes.map(({ title, rowsRemoved }) => [title, rowsRemoved]),
        [
          ['Gather', undefined],
          ['Parallel Seq Scan on t', 999_999],
        ],
      );
      assert.equal(totals.executionMs, 41.1);
    }
  });

  it('of FORMAT XML become the tree, out of a psql frame, too', () => {
    const xml = [
      '<explain xmlns="http://www.postgresql.org/2009/explain">',
      '  <Query>',
      '    <Plan>',
      '      <Node-Type>Aggregate</Node-Type>',
      '      <Strategy>Plain</Strategy>',
      '      <Parallel-Aware>false</Parallel-Aware>',
      '      <Startup-Cost>10.00</Startup-Cost>',
      '      <Total-Cost>12.50</Total-Cost>',
      '      <Plan-Rows>1</Plan-Rows>',
      '      <Plan-Width>8</Plan-Width>',
      '      <Actual-Startup-Time>1.1</Actual-Startup-Time>',
      '      <Actual-Total-Time>1.2</Actual-Total-Time>',
      '      <Actual-Rows>1</Actual-Rows>',
      '      <Actual-Loops>1</Actual-Loops>',
      '      <Output>',
      '        <Item>count(*)</Item>',
      '      </Output>',
      '      <Plans>',
      '        <Plan>',
      '          <Node-Type>Seq Scan</Node-Type>',
      '          <Parent-Relationship>Outer</Parent-Relationship>',
      '          <Parallel-Aware>true</Parallel-Aware>',
      '          <Relation-Name>2026</Relation-Name>',
      '          <Alias>2026</Alias>',
      '          <Startup-Cost>0.00</Startup-Cost>',
      '          <Total-Cost>9.50</Total-Cost>',
      '          <Plan-Rows>3</Plan-Rows>',
      '          <Plan-Width>0</Plan-Width>',
      '          <Actual-Startup-Time>0.1</Actual-Startup-Time>',
      '          <Actual-Total-Time>0.9</Actual-Total-Time>',
      '          <Actual-Rows>3</Actual-Rows>',
      '          <Actual-Loops>1</Actual-Loops>',
      "          <Filter>((a &lt; 5) AND (b = '&amp;lt;&constructor;'::text))</Filter>",
      '          <Rows-Removed-by-Filter>7</Rows-Removed-by-Filter>',
      '        </Plan>',
      '      </Plans>',
      '    </Plan>',
      '    <Planning-Time>0.055</Planning-Time>',
      '    <Triggers>',
      '    </Triggers>',
      '    <Execution-Time>1.4</Execution-Time>',
      '  </Query>',
      '</explain>',
    ];
    for (const { nodes, totals } of readBothWays(xml)) {
      assert.deepEqual(
        nodes.map(({ title, rowsRemoved }) => [title, rowsRemoved]),
        [
          ['Aggregate', undefined],
          ['Parallel Seq Scan on "2026"', 7],
        ],
      );
      assert.ok(JSON.stringify(nodes[1]).includes("((a < 5) AND (b = '&lt;&constructor;'::text))"));
      assert.equal(totals.executionMs, 1.4);
    }
    assert.equal(readPlans([...xml, ...xml].join('\n')).length, 2);
  });

  it('never throw, and take time that grows with the text', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            ...['"', "'", '\\', 'n', '\n', '(cost=', '->  ', '{', ':', '- Plan:\n', 'Node Type: '],
            ...['<explain>', '</explain>', '<Query>', '<Plan>', '</Plan>', '<Node-Type>', '</Node-Type>', '<Plans />'],
          ),
        }),
        text => void readPlans(text),
      ),
    );
    readPlans(`"${'\\"(cost='.repeat(50_000)}`);
  });
});
