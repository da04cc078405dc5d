import { archiveAll, storeFiles } from './batches';
import { connectionStorm } from './rate';
import { connectionLifetime, tokenExpiry, transactionAge } from './time';

type Request =
  | { limit: 'rows' | 'transaction-age' | 'token' | 'connection-lifetime' }
  | { limit: 'bytes'; files: number }
  | { limit: 'connection-rate'; connections: number };

/** Meets one of DSQL's limits, or works within it. */
export const handler = async (request: Request) => {
  try {
    switch (request.limit) {
      case 'rows':
        return await archiveAll();
      case 'bytes':
        return await storeFiles(request.files);
      case 'transaction-age':
        return await transactionAge();
      case 'token':
        return await tokenExpiry();
      case 'connection-lifetime':
        return await connectionLifetime();
      case 'connection-rate':
        return await connectionStorm(request.connections);
    }
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { error: message, errorCode: code };
  }
};
