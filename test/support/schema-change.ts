/**
 * For a test's own set-up, as for everybody's on DSQL: a statement that is told of a schema change by another session (OC001) has applied
 * nothing and is repeated once.
 */
export async function afterSchemaChange<T>(statement: () => Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    if (!isSchemaChange(error)) throw error;
    return statement();
  }
}

function isSchemaChange(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '40001' && typeof message === 'string' && message.includes('(OC001)');
}
