/**
 * The README for the page of a packaged extension: links into the repository become their text, pictures of it what they show. Neither the
 * Marketplace nor VS Code has these files, and `package.json` names no public repository to read them from.
 */
export const packageReadme = (readme: string): string =>
  readme.replaceAll(/!?\[([^\]]*)\]\((?!https?:|#)[^)]*\)/g, '$1');
