/** Lambda's `2026-11-21T18:27:23.209+0000` as people of this machine write it. */
export function timeText(lastModified: string): string {
  const time = new Date(lastModified);
  return Number.isNaN(time.getTime()) ? lastModified : time.toLocaleString();
}
