/** Starts the local Lambda service and keeps it running. */
import { fork, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Deferred } from '../../base/deferred';
import type { Closeable } from '../../base/lifecycle';
import { distFile } from '../assets';
import { systemErrorCode } from '../errors';
import { hostFailed, hostNotBuilt, hostNotReady } from './service-errors';
import { DEFAULT_LIMITS, type FromHost, type HostSettings, type LambdaLimits, type ToHost } from './settings';

export interface LambdaServiceOptions extends Omit<HostSettings, 'port' | 'limits'> {
  /** 0 or absent: any free port. */
  port?: number;
  limits?: Partial<LambdaLimits>;
  /** How long the host process may take until it answers. Default 45 s. */
  startMs?: number;
  /** How long a host that keeps dying stays away each time. Default 5 s. */
  restartPauseMs?: number;
  log?: (text: string) => void;
}

/** A running service. `close` ends the host process and every environment in it. */
export interface LambdaService extends Closeable {
  /** `http://localhost:<port>`; stays the same when the host has to be restarted. */
  readonly endpoint: string;
}

/** A Node.js that gets no thread for its own work waits for it for ever. */
const START_MS = 45_000;
const CLOSE_DEADLINE_MS = 5_000;
/** A host that has died faster than this several times is restarted after a pause of as long: a handler may take it down each time. */
const MIN_LIFE_MS = 5_000;
const QUICK_DEATHS_AT_ONCE = 5;

/**
 * Starts the host process (`dist/lambda-host.js`) and resolves when the API answers.
 * @throws CodedError `LAMBDA_PORT_TAKEN`, `LAMBDA_START_FAILED`, `LAMBDA_NOT_BUILT`
 */
export async function startLambdaService(options: LambdaServiceOptions): Promise<LambdaService> {
  const supervisor = new HostSupervisor(options);
  const port = await supervisor.start();
  return { endpoint: `http://localhost:${port}`, close: () => supervisor.close() };
}

class HostSupervisor {
  private readonly settings: HostSettings;
  private readonly log: (text: string) => void;
  private child: ChildProcess | undefined;
  private closing = false;
  private quickDeaths = 0;
  /** The host that ended last was sent a signal by somebody else. */
  private wasKilled = false;
  /** The host that was spawned last has answered. */
  private isReady = false;
  private readonly startMs: number;
  private readonly restartPauseMs: number;
  private paused: NodeJS.Timeout | undefined;
  /** Its last restart has failed. */
  private isAway = false;

  constructor(options: LambdaServiceOptions) {
    this.startMs = options.startMs ?? START_MS;
    this.restartPauseMs = options.restartPauseMs ?? MIN_LIFE_MS;
    this.log = options.log ?? (() => undefined);
    this.settings = {
      port: options.port ?? 0,
      dataDir: path.resolve(options.dataDir),
      region: options.region,
      accountId: options.accountId,
      principals: options.principals,
      executionRole: options.executionRole,
      cluster: options.cluster,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
    };
  }

  async start(): Promise<number> {
    try {
      // code and logs are the owner's, also where the folder above must be open to PostgreSQL's account
      fs.mkdirSync(this.settings.dataDir, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw hostFailed(String((error as { code?: unknown }).code), (error as Error).message, this.settings.port);
    }
    this.settings.port = await this.spawn().catch(error => {
      // the memory's watchman, say; one that is killed again has a reason
      if (!this.wasKilled || this.closing) throw error;
      this.log('the Lambda host was killed while it started, and is started again');
      return this.spawn();
    });
    return this.settings.port;
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.paused);
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
    const deadline = setTimeout(() => child.kill('SIGKILL'), CLOSE_DEADLINE_MS);
    // one that has not answered yet has nothing to end, and may not answer for long
    if (this.isReady && child.connected) child.send({ type: 'close' } satisfies ToHost, () => undefined);
    else child.kill('SIGKILL');
    await exited;
    clearTimeout(deadline);
  }

  private spawn(): Promise<number> {
    const script = distFile('lambda-host.js');
    if (!fs.existsSync(script)) throw hostNotBuilt(script);
    const ready = new Deferred<number>();
    const startedAt = performance.now();
    const child = fork(script, [], {
      env: hostEnvironment(this.settings.dataDir, this.settings.cluster.caFile),
      // none: a flag on the young generation would overrule the limits of each environment, and a handler that runs out of memory
      // would take down all of them
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child = child;
    this.isReady = false;
    let reported = false;
    let lastWords = '';
    // the system may have had no pipes to give: then there is only the error
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)));
    child.on('message', (message: FromHost) => {
      if (message.type === 'log') this.log(message.text);
      else if (message.type === 'ready') {
        this.isReady = true;
        ready.resolve(message.port);
      } else {
        reported = true;
        ready.reject(hostFailed(message.code, message.message, this.settings.port));
        child.kill('SIGKILL');
      }
    });
    child.on('error', error =>
      ready.reject(hostFailed(systemErrorCode(error) ?? 'SPAWN', error.message, this.settings.port)),
    );
    child.on('exit', (code, signal) => {
      this.wasKilled = signal !== null && !reported;
      ready.reject(
        hostFailed('EXIT', `it ended with ${signal ?? `exit code ${code}`}. ${lastWords}`.trim(), this.settings.port),
      );
      if (this.isReady && !this.closing)
        this.restart(performance.now() - startedAt, signal ?? `exit code ${code}`, lastWords);
    });
    if (child.connected) child.send({ type: 'start', settings: this.settings } satisfies ToHost, () => undefined);
    const deadline = setTimeout(() => {
      reported = true;
      ready.reject(hostNotReady(this.startMs));
      child.kill('SIGKILL');
    }, this.startMs);
    return ready.promise.finally(() => clearTimeout(deadline));
  }

  private restart(lifeMs: number, how: string, lastWords: string): void {
    this.quickDeaths = lifeMs < MIN_LIFE_MS ? this.quickDeaths + 1 : 0;
    const pauseMs = this.quickDeaths >= QUICK_DEATHS_AT_ONCE ? this.restartPauseMs : 0;
    const when = pauseMs > 0 ? ` in ${pauseMs / 1000} s` : '';
    this.log(`the Lambda host ended (${how}) and is restarted${when}. ${lastWords.trim()}`.trim());
    if (pauseMs === 0) void this.spawnAgain();
    else this.pause();
  }

  private pause(): void {
    this.paused = setTimeout(() => void this.spawnAgain(), this.restartPauseMs).unref();
  }

  /** Until it succeeds: what is in its way, such as a limit of the system or a full disk, may pass. */
  private async spawnAgain(): Promise<void> {
    try {
      await this.spawn();
      this.isAway = false;
    } catch (error) {
      if (this.closing) return;
      if (!this.isAway) this.log(`the Lambda host cannot be restarted yet: ${(error as Error).message}`);
      this.isAway = true;
      this.pause();
    }
  }
}

/** The environment of the host. Node reads NODE_EXTRA_CA_CERTS only once, at start, and takes one file: so the user's and ours are joined. */
function hostEnvironment(dataDir: string, caFile: string): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_EXTRA_CA_CERTS: caFile };
  delete environment['NODE_OPTIONS'];
  delete environment['NODE_CHANNEL_FD'];
  const own = certificatesOf(process.env['NODE_EXTRA_CA_CERTS'], caFile);
  if (own !== undefined) {
    const joined = path.join(dataDir, 'trusted-ca.pem');
    fs.writeFileSync(joined, `${own.trimEnd()}\n${fs.readFileSync(caFile, 'utf8')}`);
    environment['NODE_EXTRA_CA_CERTS'] = joined;
  }
  return environment;
}

/** What the user's file holds, where it is another than ours; one that cannot be read is passed over, as Node itself does. */
function certificatesOf(file: string | undefined, caFile: string): string | undefined {
  if (!file || path.resolve(file) === path.resolve(caFile)) return undefined;
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
