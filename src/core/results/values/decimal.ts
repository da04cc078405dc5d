const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

interface Parts {
  negative: boolean;
  /** Digits without leading and trailing zeros; empty for zero. */
  digits: string;
  /** The value is 0.digits × 10^exponent. */
  exponent: number;
}

/** Compares two decimal texts by value, whatever their size: `-1.50`, `1e+400`. A text that is no decimal number comes last. */
export function compareDecimals(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0;
  const signs = sign(left) - sign(right);
  if (signs !== 0) return signs;
  const magnitude = compareMagnitude(left, right);
  return left.negative ? -magnitude : magnitude;
}

function parse(text: string): Parts | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, '').length;
  const digits = all.slice(leading).replace(/(?<!0)0+$/, '');
  return { negative: sign === '-' && digits !== '', digits, exponent: Number(power) + whole.length - leading };
}

const sign = ({ negative, digits }: Parts): number => (digits === '' ? 0 : negative ? -1 : 1);

function compareMagnitude(a: Parts, b: Parts): number {
  if (a.digits === '' || a.exponent === b.exponent) return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
  return a.exponent - b.exponent;
}

/** Whether a double holds the decimal exactly enough to tell it from every other decimal of as many digits: at most 15. */
export function fitsDouble(text: string): boolean {
  if (text.length <= 15) return true;
  const parts = parse(text);
  return parts !== undefined && parts.digits.length <= 15 && Math.abs(parts.exponent) < 300;
}
