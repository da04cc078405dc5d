/** Reads a one-dimensional array in PostgreSQL's text form, `{a,"b ""c",NULL}`; NULL elements are left out. */
export function parseTextArray(text: string | null | undefined): string[] {
  if (!text || !text.startsWith('{')) return [];
  const values: string[] = [];
  let value = '';
  let quoted = false;
  let wasQuoted = false;
  const take = () => {
    if (wasQuoted || (value !== '' && value !== 'NULL')) values.push(value);
    value = '';
    wasQuoted = false;
  };
  for (let at = 1; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\\') value += text[++at] ?? '';
    else if (char === '"') {
      quoted = !quoted;
      wasQuoted = true;
    } else if (!quoted && (char === ',' || char === '}')) take();
    else value += char;
  }
  return values;
}
