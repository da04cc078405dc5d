/** Everything inside the host process, put together. */
import { distFile } from '../assets';
import { CodeDownloads } from './api/code-downloads';
import { FunctionsApi } from './api/functions-api';
import { LogsApi } from './api/logs-api';
import { InvokeApi } from './api/invoke-api';
import { LambdaServer } from './api/server';
import { SignatureVerifier } from './api/signature';
import { FunctionLog } from './environments/function-log';
import { EnvironmentPool } from './environments/pool';
import { FunctionStore } from './functions/store';
import { RecentEvents } from './logs/recent-events';
import type { HostSettings } from './settings';

export interface HostService {
  port: number;
  close(): void;
}

/** Opens the store and listens. Rejects when the folder cannot be used or the port is taken. */
export async function startHostService(settings: HostSettings, log: (text: string) => void): Promise<HostService> {
  const store = new FunctionStore(settings.dataDir, distFile('lambda-modules/node_modules'), (name, reason) =>
    log(`function ${name} cannot be read and is left out: ${reason}`),
  );
  const recent = new RecentEvents();
  const output = new FunctionLog(name => store.logFile(name), recent);
  const pool = new EnvironmentPool(settings.limits, {
    stray: (name, text) => output.append(name, text),
    drained: name => {
      const stored = store.get(name);
      if (stored) store.sweep(stored);
    },
  });
  const downloads = new CodeDownloads(store);
  let port = settings.port;
  const functions = new FunctionsApi(
    store,
    pool,
    settings.region,
    settings.accountId,
    (name, version) => `http://127.0.0.1:${port}${downloads.pathOf(name, version)}`,
  );
  const server = new LambdaServer({
    verifier: new SignatureVerifier(settings.principals, settings.region),
    logs: {
      verifier: new SignatureVerifier(settings.principals, settings.region, 'logs'),
      api: new LogsApi(recent, name => store.get(name) !== undefined),
    },
    functions,
    downloads,
    invocations: new InvokeApi(functions, store, pool, output, settings),
    log,
  });
  port = await server.listen(settings.port);
  return {
    port,
    close: () => {
      server.close();
      pool.close();
      output.flush();
    },
  };
}
