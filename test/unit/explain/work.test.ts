import assert from 'node:assert/strict';
import { Work } from '../../../src/local/explain/work';

describe('what an INSERT reads', () => {
  const recorded: [rows: number, keyed: boolean, dpu: string][] = [
    [1, false, '0.00236'],
    [5, false, '0.00330'],
    [3, true, '0.00307'],
    [0, true, '0.00000'],
  ];
  for (const [rows, keyed, dpu] of recorded) {
    it(`is ${dpu} DPU for ${rows} rows ${keyed ? 'with' : 'without'} a key`, () => {
      const work = new Work();
      const source = { 'Node Type': 'Values Scan', 'Parent Relationship': 'Outer', 'Actual Rows': rows };
      const insert = { 'Node Type': 'ModifyTable', Operation: 'Insert', Plans: [source] };
      const indexes = keyed ? [{ name: 't_pkey', primary: true, key: ['id'], include: [] }] : [];
      work.write(insert, { schema: 'public', name: 't', rowEstimate: -1, columns: [], indexes }, 'INSERT INTO t');
      assert.equal(work.dpu(0).read.toFixed(5), dpu);
    });
  }
});
