import { usageError } from './failure';

/** The value of an option that takes a whole number, which may be grouped as `1_000` or `1,000`. @throws CodedError `USAGE` */
export function wholeNumber(option: string, text: string, least = -Infinity, most = Infinity): number {
  const value = /^[+-]?\d[\d_,]*(e\d+)?$/i.test(text) ? Number(text.replaceAll(/[_,]/g, '')) : NaN;
  const figures = (n: number): string => n.toLocaleString('en');
  const to = Number.isFinite(most) ? ` to ${figures(most)}` : '';
  const range = Number.isFinite(least) ? ` from ${figures(least)}${to}` : '';
  if (!Number.isSafeInteger(value))
    throw usageError(`${option} "${text}" is no whole number`, `Give ${option} a whole number${range}.`);
  if (value < least || value > most) throw usageError(`${option} is "${text}"`, `Give a whole number${range}.`);
  return value;
}
