/** The dialect as an object: the parser loaded, statements remembered. */
import { allRefusals } from './all-refusals';
import { BoundedCache } from './cache';
import { RuleBook } from './check';
import { classifyText } from './classify';
import type { Classified, Dialect, Refusal } from './contract';
import { loadParser } from './parser';
import { rules } from './rules';
import { bulkInsert } from './sight';
import { splitStatements } from './split';
import { normalize } from './template';

export interface DialectOptions {
  /** The date (ISO) whose DSQL is asked about. Default: today's. */
  asOf?: string;
}

/** Texts beyond this are neither remembered nor parsed where their tokens tell enough. UTF-16 units. */
const BULK_LENGTH = 64 * 1024;
const CACHE_ENTRIES = 20_000;
const CACHE_UNITS = 16 * 1024 * 1024;

/** Builds the dialect; the first call loads PostgreSQL's parser (WebAssembly, some 20 ms). */
export async function createDialect({ asOf = '9999-12-31' }: DialectOptions = {}): Promise<Dialect> {
  await loadParser();
  return new CachingDialect(new RuleBook(rules, asOf));
}

class CachingDialect implements Dialect {
  private readonly texts = new BoundedCache<Classified>(CACHE_ENTRIES, CACHE_UNITS);
  private readonly templates = new BoundedCache<Classified>(CACHE_ENTRIES, CACHE_UNITS);

  constructor(private readonly book: RuleBook) {}

  split = splitStatements;

  classify(text: string): Classified {
    const known = this.texts.get(text);
    if (known) return known;
    if (text.length > BULK_LENGTH) return bulkInsert(text) ?? classifyText(text, this.book);
    return this.classifyNew(text);
  }

  refusals(text: string): Refusal[] {
    const { refusal, preconditions } = this.classify(text);
    const first = refusal ?? preconditions?.find(({ unasked }) => unasked)?.refusal;
    return first ? allRefusals(text, first, this.book) : [];
  }

  private classifyNew(text: string): Classified {
    const normalized = normalize(text);
    if (normalized === undefined) {
      const classified = classifyText(text, this.book);
      this.texts.set(text, classified, text.length);
      return classified;
    }
    const { template, numbers } = normalized;
    const shape = this.templates.get(template);
    if (shape) return { ...shape, text, sql: text, numbers: shape.bound === undefined ? undefined : numbers };
    const classified = classifyText(text, this.book);
    if (isIndependentOfLiterals(classified)) this.templates.set(template, classified, template.length + text.length);
    else this.texts.set(text, classified, text.length);
    return classified;
  }
}

/** Whether the same statement with other literals is classified alike. */
const isIndependentOfLiterals = ({ kind, refusal, special, text, sql, preconditions }: Classified): boolean =>
  (kind === 'query' || kind === 'dml') && !refusal && !special && !preconditions && text === sql;
