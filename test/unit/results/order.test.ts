import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { FilterOperator, ValueKind } from '../../../src/protocol/results-view';
import { mergeSort } from '../../../src/core/results/merge-sort';
import { compareCodePoints, sixBytes } from '../../../src/core/results/values/code-points';
import { compareDecimals, fitsDouble } from '../../../src/core/results/values/decimal';
import { filterPredicate } from '../../../src/core/results/values/filter';
import { intervalUs, momentUs, timeUs } from '../../../src/core/results/values/moment';
import { compareKeys, valueOrder } from '../../../src/core/results/values/order';
import { anyCharacter } from '../../support/any-character';

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 16 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\ud83d\ude00', '\uffee', '\u0000'), maxLength: 16 }),
);

/** As rows are sorted: by keys, and by the values where keys say nothing. */
function compareValues(kind: ValueKind, a: string, b: string): number {
  const order = valueOrder(kind);
  return compareKeys(order.key(a), order.key(b)) || order.compare(a, b);
}

describe('the order of values', () => {
  it('compares text as its bytes in UTF-8', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        assert.equal(Math.sign(compareCodePoints(a, b)), expected);
        assert.equal(Math.sign(compareValues('text', a, b)), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('gives keys that never contradict the order, and are exact where they say so', () => {
    const order = valueOrder('text');
    fc.assert(
      fc.property(text, text, (a, b) => {
        const keys = compareKeys(sixBytes(a), sixBytes(b)) || sixBytes(a, 6) - sixBytes(b, 6);
        const expected = compareCodePoints(a, b);
        if (keys !== 0) assert.equal(Math.sign(keys), Math.sign(expected));
        else if (order.exact(a) && order.exact(b)) assert.equal(expected, 0);
      }),
      { numRuns: 500 },
    );
  });

  it('finds negative numbers of the same value equal', () => {
    assert.equal(compareDecimals('-0.0000000000002', '-0.00000000000020') + 0, 0);
  });

  it('compares numerics by value, beyond what a double holds', () => {
    const scaled = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: 0, max: 20 }));
    const print = ([value, scale]: [bigint, number]): string => {
      const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
      const whole = digits.slice(0, digits.length - scale);
      return `${value < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
    };
    fc.assert(
      fc.property(scaled, scaled, (a, b) => {
        const left = a[0] * 10n ** BigInt(20 - a[1]);
        const right = b[0] * 10n ** BigInt(20 - b[1]);
        const expected = left < right ? -1 : left > right ? 1 : 0;
        // a result of -0 says equal too
        const sign = (order: number): number => Math.sign(order) + 0;
        assert.equal(sign(compareDecimals(print(a), print(b))), expected);
        assert.equal(sign(compareValues('number', print(a), print(b))), expected);
      }),
      { numRuns: 500 },
    );
    const ascending = [
      '-Infinity',
      '-1e400',
      '-2',
      '-1.50',
      '0',
      '1e-5',
      '9.99',
      '10',
      '1e300',
      '1e400',
      '2e400',
      'Infinity',
      'NaN',
    ];
    for (let at = 1; at < ascending.length; at++)
      assert.ok(compareValues('number', ascending[at - 1] ?? '', ascending[at] ?? '') < 0, ascending[at]);
    assert.equal(compareValues('number', '1.50', '1.5'), 0);
    assert.equal(compareValues('number', '-0', '0.00'), 0);
    assert.ok(fitsDouble('123456789012345'));
    assert.ok(!fitsDouble('1234567890123456'));
  });

  it('compares moments by time, whatever their zone, era and size', () => {
    const ascending = [
      '-infinity',
      '4713-01-01 00:00:00+00 BC',
      '0044-03-15 00:00:00+00 BC',
      '0001-01-01 00:00:00+00',
      '2000-01-01 01:29:00+01:30',
      '1999-12-31 23:59:59.999999+00',
      '2000-01-01 00:00:00+00',
      '2000-01-01 00:00:00.000001+00',
      '9999-12-31 23:59:59.999998+00',
      '9999-12-31 23:59:59.999999+00',
      '10000-01-01 00:00:00+00',
      '294276-12-31 23:59:59.999999+00',
      'infinity',
    ];
    ascending.forEach((value, at) => {
      const next = ascending[at + 1];
      if (next !== undefined) {
        assert.ok(compareValues('timestamptz', value, next) < 0, `${value} < ${next}`);
        assert.ok(compareValues('timestamptz', next, value) > 0, `${next} > ${value}`);
      }
    });
    assert.equal(momentUs('1970-01-02 00:00:00.5'), 86_400_500_000n);
    assert.equal(momentUs('1970-01-01 01:00:00+01'), 0n);
    assert.equal(timeUs('24:00:00'), 86_400_000_000);
    assert.equal(momentUs('yesterday'), undefined);
  });

  it('tells moments that are a microsecond apart, in any year', () => {
    const { key, exact } = valueOrder('timestamp');
    const years = fc.oneof(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom(1_684, 1_685, 2_254, 2_255));
    fc.assert(
      fc.property(years, fc.nat({ max: 999_998 }), fc.constantFrom('', ' BC'), (year, fraction, era) => {
        const [a = '', b = ''] = [fraction, fraction + 1].map(
          us => `${String(year).padStart(4, '0')}-12-31 23:59:59.${String(us).padStart(6, '0')}${era}`,
        );
        assert.ok(compareValues('timestamp', a, b) < 0);
        assert.ok(key(a) < key(b) || !exact(a) || !exact(b), `${a} and ${b} count as equal`);
      }),
    );
  });

  it('agrees with JavaScript about every date of ours', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), date => {
        const iso = date.toISOString();
        assert.equal(momentUs(iso), BigInt(date.getTime()) * 1000n);
      }),
    );
  });

  it('compares intervals with months of 30 days, as PostgreSQL', () => {
    assert.equal(intervalUs('1 mon'), intervalUs('30 days'));
    assert.equal(intervalUs('1 day'), intervalUs('24:00:00'));
    assert.equal(intervalUs('1 day -00:00:01'), 86_399_000_000);
    assert.equal(intervalUs('1 year 2 mons 3 days 04:05:06.5'), (360 + 60 + 3) * 86_400_000_000 + 14_706_500_000);
    assert.ok(compareValues('interval', '-1 days', '00:00:00') < 0);
  });

  it('sorts stably and completely', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 300 }), values => {
        const rows = Uint32Array.from(values.keys());
        for (const done of mergeSort(rows, (a, b) => (values[a] ?? 0) - (values[b] ?? 0))) assert.ok(done <= 1);
        const expected = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
        assert.deepEqual([...rows], expected);
      }),
    );
  });
});

describe('filters by value', () => {
  const passed = (kind: ValueKind, operator: FilterOperator, value: string, values: (string | null)[]) =>
    values.filter(filterPredicate({ column: 0, operator, value }, kind));

  for (const [operator, expected] of [
    ['equals', ['10', '10.0']],
    ['not-equals', ['9', '1e3', 'NaN']],
    ['less', ['9']],
    ['at-most', ['9', '10', '10.0']],
    ['greater', ['1e3', 'NaN']],
    ['at-least', ['10', '10.0', '1e3', 'NaN']],
    ['null', [null]],
    ['not-null', ['9', '10', '10.0', '1e3', 'NaN']],
    ['contains', ['10', '10.0']],
    ['not-contains', ['9', '1e3', 'NaN']],
  ] as const)
    it(`${operator} 10`, () =>
      assert.deepEqual(passed('number', operator, '10', ['9', '10', null, '10.0', '1e3', 'NaN']), expected));

  it('takes a number as columns show it, and refuses other notations', () => {
    for (const kind of ['integer', 'number'] as const) {
      for (const typed of ['16', ' 16 ', '+16', '16.0', '1.6e1'])
        assert.deepEqual(passed(kind, 'equals', typed, ['16', '17', null]), ['16'], typed);
      assert.deepEqual(passed(kind, 'equals', '0e5', ['0', '1']), ['0']);
      for (const typed of ['0x10', '0X10', '0b10000', '0o20', '1_6', 'x', ''])
        assert.throws(() => passed(kind, 'at-least', typed, ['16']), { code: 'RESULT_FILTER_VALUE' }, typed);
    }
  });

  it('takes a uuid as PostgreSQL does, and refuses what is none', () => {
    const id = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
    const other = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12';
    for (const typed of [id, ` ${id.toUpperCase()} `, `{${id}}`, id.replaceAll('-', '')]) {
      assert.deepEqual(passed('uuid', 'equals', typed, [id, other, null]), [id], typed);
      assert.deepEqual(passed('uuid', 'greater', typed, [id, other, null]), [other], typed);
    }
    for (const typed of ['a0eebc99', 'abc', '', `${id}0`, 'x'.repeat(32)])
      assert.throws(() => passed('uuid', 'equals', typed, [id]), { code: 'RESULT_FILTER_VALUE' }, typed);
  });
});
