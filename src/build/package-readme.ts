/**
 * The README for the page of a packaged extension. What only a clone of the repository can do (`<!-- clone -->` to `<!-- /clone -->`) is not on
 * it; links into the repository become their text, pictures of it what they show: neither the Marketplace nor VS Code has these files, and
 * `package.json` names no public repository to read them from.
 */
export const packageReadme = (readme: string): string =>
  readme
    .replaceAll(/<!-- clone -->\n.*?\n<!-- \/clone -->\n\n?/gs, '')
    .replaceAll(/!?\[([^\]]*)\]\((?!https?:|#)[^)]*\)/g, '$1');
