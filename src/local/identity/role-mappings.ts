import type { Closeable } from '../../base/lifecycle';
import type { PostgresAddress } from '../ports';
import { INTERNAL } from '../engine-schema';
import { superuserPool } from '../postgres/connection';

/** Who was granted what with AWS IAM GRANT. */
export interface RoleMappings extends Closeable {
  /** Whether `role` exists, may log in, and is granted to `arn`, now. */
  isMapped(role: string, arn: string): Promise<boolean>;
}

/** Reads the mappings over connections of its own. */
export function createRoleMappings(address: PostgresAddress): RoleMappings {
  const pool = superuserPool(address, 2);
  let closing: Promise<void> | undefined;
  return {
    async isMapped(role, arn) {
      const look = () =>
        pool.query(
          `SELECT FROM ${INTERNAL}.iam_mappings m JOIN pg_catalog.pg_roles r ON r.oid = m.role_oid
           WHERE r.rolname = $1::name AND r.rolcanlogin AND m.arn = $2`,
          [role, arn],
        );
      // the first may meet a connection that a restart of PostgreSQL has cut
      const { rowCount } = await look().catch(look);
      return (rowCount ?? 0) > 0;
    },
    close: () => (closing ??= pool.end()),
  };
}
