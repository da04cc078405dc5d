/** The conditions of a form's text: separated by commas, semicolons or line ends. */
export function thresholdsOf(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map(part => part.trim())
    .filter(part => part !== '');
}

/** What is wrong with the first condition that cannot be read; nothing when all can. */
export function thresholdProblems(text: string): string | undefined {
  for (const threshold of thresholdsOf(text))
    if (!/^[\w.-]+\s*(<=?|>=?|=)\s*\S+$/.test(threshold))
      return `“${threshold}” is no condition. Write p99<50ms, errors<0.1% or balance=exact.`;
  return undefined;
}
