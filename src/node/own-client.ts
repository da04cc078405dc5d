import pg from 'pg';

/**
 * `pg.Client` for the product's own connections, whose target says all there is to say: libpq's variables that ask for other sessions
 * (PGOPTIONS, PGREPLICATION) or another handshake (PGSSLNEGOTIATION) are meant for the caller's own databases, and DSQL refuses them.
 */
export class OwnClient extends pg.Client {
  constructor(config: pg.ClientConfig = {}) {
    // no copy: the password of a pool's options is not enumerable
    super(Object.create(config, { sslnegotiation: { value: 'postgres' } }) as pg.ClientConfig);
    const { connectionParameters } = this as unknown as { connectionParameters: object };
    Object.assign(connectionParameters, { options: config.options, replication: undefined });
  }
}
