/** The info string of a fenced block: ```` ```sql run as=lambda user=myapp ```` */
export interface InfoString {
  /** First word: `sql`, `json`, `yaml`. */
  language: string;
  /** Second word: `run`, `check`, `invoke`…; undefined for a block that is only shown. */
  verb?: string;
  /** `key=value`, `key="a value"`, or a bare word, whose value is `true`. */
  options: Map<string, string>;
}

const WORD = /(?:[^\s"=]+="[^"]*"|[^\s"]+)/g;

/** @returns undefined when the text is not of that form: an unclosed quote, or a key given twice. */
export function parseInfoString(text: string): InfoString | undefined {
  const words = text.match(WORD) ?? [];
  // what is left is a quote that nothing closes, or one that begins no value
  if (text.replace(WORD, '').trim() !== '') return undefined;
  const [language = '', verb, ...rest] = words;
  const options = new Map<string, string>();
  for (const word of rest) {
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    const raw = equals < 0 ? 'true' : word.slice(equals + 1);
    if (options.has(key)) return undefined;
    options.set(key, raw.startsWith('"') ? raw.slice(1, -1) : raw);
  }
  return { language, verb, options };
}
