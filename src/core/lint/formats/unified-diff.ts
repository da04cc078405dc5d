const CONTEXT = 3;

/** What changes between two texts, as a unified diff with one hunk that `patch` takes; empty when nothing does. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const from = Math.max(0, start - CONTEXT);
  const behind = Math.min(end, CONTEXT);
  const lines = [
    ...old.slice(from, start).map(line => ` ${line}`),
    ...old.slice(start, old.length - end).map(line => `-${line}`),
    ...fresh.slice(start, fresh.length - end).map(line => `+${line}`),
    ...old.slice(old.length - end, old.length - end + behind).map(line => ` ${line}`),
  ];
  const size = (all: string[]): number => all.length - end + behind - from;
  const range = (count: number): string => `${count === 0 ? from : from + 1},${count}`;
  const head = `--- a/${path}\n+++ b/${path}\n@@ -${range(size(old))} +${range(size(fresh))} @@\n`;
  return head + lines.map(line => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)).join('');
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
