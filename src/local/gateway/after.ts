/**
 * Goes on with a value at once where it is there, else when it comes. Most of what a statement needs is there: a promise for each step
 * would cost more than the step.
 */
export function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
