/**
 * A stop takes less than a second of a machine that has one to give. On one that many share a test can only tell that nothing was waited for: all
 * that would be (calls without an answer, connections that do not open and are given up after ten seconds) takes longer than this.
 */
export const STOPPED_WITHIN_MS = 9_000;
