import type { PostgresAddress } from '../ports';
import type { ActiveFlights } from './active-flights';
import type { Backend } from './backend';
import { BackendRefused, connectBackend } from './connect';
import { givePassword } from './role-password';

const WRONG_PASSWORD = '28P01';

/** Opens a connection to PostgreSQL as `role`, which gets a password first where PostgreSQL asks for one. @throws BackendRefused */
export async function connectAs(address: PostgresAddress, role: string, active: ActiveFlights): Promise<Backend> {
  const connect = (): Promise<Backend> => connectBackend(address, role, active, address.password);
  try {
    return await connect();
  } catch (error) {
    const isPassword = error instanceof BackendRefused && error.error.sqlstate === WRONG_PASSWORD;
    if (!isPassword || address.password === undefined || !(await givePassword(address, role))) throw error;
    return connect();
  }
}
