/** CACHE of sequences and identity columns: 1, or at least 65536. */
import { fix, insert, replace, type FixContext, type Fixer } from './fix-context';

const BIG = 'CACHE 65536';

/** Replaces CACHE n between two tokens; undefined where none is written. */
function otherCache({ tokens }: FixContext, from: number, to: number, size: string) {
  const at = tokens.find(['cache', '*'], from, to);
  return at < 0 ? undefined : replace(tokens.range(at, at + 2), size);
}

const identity: Fixer = context => {
  const { tokens, finding } = context;
  const as = tokens.find(['as', 'identity'], Math.max(0, tokens.at(finding.range.start) - 4));
  if (as < 0) return [];
  const open = as + 2;
  const hasOptions = tokens.word(open) === '(';
  const behind = hasOptions ? tokens.behindGroup(open) : open;
  const both = (size: string) => {
    if (!hasOptions) return insert(tokens.range(as + 1).end, ` (${size})`);
    return otherCache(context, open, behind, size) ?? insert(tokens.range(open).end, `${size} `);
  };
  return [
    ...fix('cache', 'Add CACHE 65536, for many inserts', true, [both(BIG)]),
    ...fix('cache1', 'Add CACHE 1, for numbers without large gaps', false, [both('CACHE 1')]),
  ];
};

const sequence: Fixer = context => {
  const { tokens } = context;
  const both = (size: string) =>
    otherCache(context, 0, tokens.tokens.length, size) ?? insert(tokens.text.length, ` ${size}`);
  return [
    ...fix('cache', 'Add CACHE 65536, for many concurrent numbers', true, [both(BIG)]),
    ...fix('cache1', 'Add CACHE 1, for numbers without large gaps', false, [both('CACHE 1')]),
  ];
};

export const sequenceFixes: Record<string, Fixer> = {
  identity_cache: identity,
  identity_cache_size: identity,
  sequence_cache: sequence,
  sequence_cache_size: sequence,
  alter_sequence_cache: sequence,
  set_identity_cache: sequence,
};
