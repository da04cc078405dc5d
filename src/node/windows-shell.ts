/**
 * Words as one line of Windows' shell, which alone starts `.cmd` files such as npm's. The program is given them as they are here, but for
 * `%NAME%`, in which the shell puts a variable whatever is around it.
 * Source: "Parsing C++ command-line arguments" in Microsoft's C++ documentation, whose rules the shell's quotes have to get along with.
 */
export const windowsShellLine = (words: readonly string[]): string => words.map(quoted).join(' ');

function quoted(word: string): string {
  if (/^[\w./\\:@-]+$/.test(word)) return word;
  // backslashes count double before a quote only; a quote that is doubled closes the shell's quotes for no character
  return `"${word.replace(/(\\*)"/g, '$1$1""').replace(/\\+$/, '$&$&')}"`;
}
