/** Globs as people write them on command lines: `*`, `**`, `?`, `{a,b}`, `[ab]`. */

/** Whether an argument is a glob rather than a path. */
export const isGlob = (text: string): boolean => /[*?{[]/.test(text);

/** The pattern of a glob, for paths with `/` as separator. */
export function globPattern(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] as string;
    if (char === '*' && glob[at + 1] === '*') {
      const folder = glob[at + 2] === '/';
      source += folder ? '(?:[^/]+/)*' : '.*';
      at += folder ? 2 : 1;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '{') {
      depth++;
      source += '(?:';
    } else if (char === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (char === ',' && depth > 0) source += '|';
    else if (char === '[' && glob.indexOf(']', at + 2) > 0) {
      const end = glob.indexOf(']', at + 2);
      source += `[${glob
        .slice(at + 1, end)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\')}]`;
      at = end;
    } else source += char.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  }
  return new RegExp(`^${source}${')'.repeat(depth)}$`);
}

/** The folder below which everything a glob matches must lie. */
export function globBase(glob: string): string {
  const parts = glob.split('/');
  const first = parts.findIndex(isGlob);
  return parts.slice(0, first < 0 ? parts.length - 1 : first).join('/') || (glob.startsWith('/') ? '/' : '.');
}
