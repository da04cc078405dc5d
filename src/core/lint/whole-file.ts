/** Tools that send a whole file as one simple query, which makes it one transaction unless it says BEGIN and COMMIT itself. */
const WHOLE_FILE = /(?:^|[\\/])prisma[\\/]migrations[\\/][^\\/]+[\\/]migration\.sql$/;

/** Whether the file at this path runs as one transaction: Prisma's migrations do. */
export const runsAsOneTransaction = (path: string): boolean => WHOLE_FILE.test(path);
