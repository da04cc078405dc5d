import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../../src/base/errors';
import { dataDirectoryUnusable, initialiseFailed, postgresFailed, programNotStarted } from '../../../src/local/errors';
import { serviceFailed } from '../../../src/local/lambda/api/errors';
import { hostFailed } from '../../../src/local/lambda/service-errors';
import { initialiseData } from '../../../src/local/postgres/initialise';
import { launchChild } from '../../../src/local/postgres/launch';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

describe("PostgreSQL's programs on a system that they were not made for", () => {
  let folder: string;
  beforeEach(() => (folder = temporaryDirectory()));
  afterEach(() => removeDirectory(folder));

  const program = (content: string, mode = 0o755): string => {
    const file = path.join(folder, 'program');
    fs.writeFileSync(file, content, { mode });
    return file;
  };
  /** The error of both that start programs: initdb with a password is made from no template. */
  const errorsOf = async (file: string): Promise<CodedError[]> => {
    const binaries = { initdb: file, postgres: file, pgCtl: file, version: '16' };
    const pgData = path.join(folder, 'postgres');
    const logFile = path.join(folder, 'postgres.log');
    const storage = { dataDir: folder, pgData, socketDirectory: path.join(folder, 'run'), logFile };
    return Promise.all(
      [
        initialiseData(binaries, pgData, undefined, path.join(folder, 'none'), 'secret'),
        launchChild(binaries, storage),
      ].map(starting =>
        starting.then(
          () => assert.fail('started'),
          (error: unknown) => (assert.ok(error instanceof CodedError && error.nextStep, String(error)), error),
        ),
      ),
    );
  };

  it('names the C library where the loader of the program is missing, as on Alpine', async () => {
    for (const error of await errorsOf(program('#!/lib64/no-such-loader\n'))) {
      assert.equal(error.code, 'LOCAL_PLATFORM_UNSUPPORTED');
      assert.match(error.message, /GNU C library/);
    }
  });

  it('says that programs may not run there, instead of blaming the data directory', async () => {
    const file = program('#!/bin/sh\n', 0o644);
    for (const error of await errorsOf(file)) {
      assert.equal(error.code, 'LOCAL_POSTGRES_FAILED');
      assert.ok(error.message.includes(file), error.message);
      assert.match(error.nextStep!, /noexec/);
    }
  });

  it('names the processor where the program is for another one', () => {
    for (const cause of [
      Object.assign(new Error('spawn Unknown system error -86'), { code: 'Unknown system error -86' }),
      Object.assign(new Error('spawn ENOEXEC'), { code: 'ENOEXEC' }),
    ])
      assert.match(programNotStarted('/native/bin/postgres', cause).message, /made for another processor/);
  });

  it('tells what a loader misses from what PostgreSQL says', () => {
    for (const said of [
      "postgres: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by postgres)",
      'postgres: error while loading shared libraries: libicuuc.so.60: cannot open shared object file',
      'Error relocating /native/bin/initdb: __strdup: symbol not found',
      'dyld[71]: Library not loaded: @loader_path/../lib/libicui18n.68.dylib',
    ]) {
      const { code, message } = postgresFailed('stopped', said, '/data');
      assert.equal(code, 'LOCAL_PLATFORM_UNSUPPORTED');
      assert.ok(message.includes(said), message);
    }
    const { code, message } = postgresFailed('stopped', 'FATAL:  first\r\nHINT:  second\r\n', '/data');
    assert.equal(code, 'LOCAL_POSTGRES_FAILED');
    assert.match(message, /FATAL: {2}first \| HINT: {2}second$/);
  });

  it('names the runtime that a Windows without it misses, of which its programs can say nothing', () => {
    const { message, nextStep } = initialiseFailed(0xc0000135, '', '/data');
    assert.match(`${message} ${nextStep}`, /Visual C\+\+ runtime.*Redistributable/);
    assert.equal(initialiseFailed(1, 'FATAL:  first', '/data').code, 'LOCAL_POSTGRES_FAILED');
  });

  it('tells the cause also where PostgreSQL has started again after it', () => {
    const again = [
      'LOG:  database system was interrupted; last known up at 2026-11-22 19:23:20 UTC',
      'LOG:  database system was not properly shut down; automatic recovery in progress',
      'LOG:  invalid record length at 0/15BEEA8: expected at least 24, got 0',
      'LOG:  redo is not required',
      'FATAL:  the database system is in recovery mode',
    ];
    const cause = 'FATAL:  could not read file "global/pg_filenode.map": read 0 of 524';
    const log = [
      cause,
      'LOG:  autovacuum launcher process (PID 7) exited with exit code 1',
      'LOG:  terminating',
      ...again,
    ];
    const { message } = postgresFailed('runs, and cannot be used', log.join('\n'), '/data');
    assert.ok(message.endsWith([cause, ...again].join(' | ')), message);
  });

  it('names the limits of the system where it gives no more of something, and has no data deleted', () => {
    const said = [
      'LOG:  could not fork startup process: Resource temporarily unavailable\nLOG:  database system is shut down',
      'FATAL:  could not map anonymous shared memory: Cannot allocate memory\nHINT:  This error usually means that …',
      'FATAL:  could not create any Unix-domain sockets: Too many open files',
      'FATAL:  insufficient file descriptors available to start server process\nDETAIL:  System allows 30, server needs at least 48.',
    ].map(log => postgresFailed('stopped while it was starting', log, '/data'));
    const refused = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'].map(code =>
      programNotStarted('/native/bin/postgres', Object.assign(new Error(`spawn postgres ${code}`), { code })),
    );
    for (const { code, message, nextStep } of [...said, ...refused]) {
      assert.equal(code, 'LOCAL_SYSTEM_LIMIT', message);
      assert.match(nextStep!, /ulimit/);
      assert.doesNotMatch(nextStep!, /delete|Install/);
    }
    assert.match(said[0]!.message, /could not fork startup process/);
    assert.match(refused[0]!.message, /EAGAIN/);
  });

  it('names the limits of the system also where Node.js, a file or a thread of a function meets them', () => {
    const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
    const aborted =
      'it ended with SIGABRT.\n  #  node[7]: Start() at ../src/node_platform.cc:68\n' +
      '  #  Assertion failed: (0) == (uv_thread_create(t.get(), start_thread, this))\n\n----- Native stack trace -----\n 1: 0xcb5167';
    for (const { code, message, nextStep } of [
      hostFailed('EAGAIN', 'spawn /usr/bin/node EAGAIN', 0),
      hostFailed('EXIT', aborted, 0),
      dataDirectoryUnusable('/data', coded('EMFILE', 'EMFILE: too many open files, open')),
    ]) {
      assert.equal(code, 'LOCAL_SYSTEM_LIMIT', message);
      assert.match(nextStep!, /ulimit/);
      assert.doesNotMatch(message, /stack trace/);
    }
    const { type, message } = serviceFailed(coded('ERR_WORKER_INIT_FAILED', 'EAGAIN'));
    assert.equal(type, 'ServiceException');
    assert.match(message, /no more processes, threads, .*EAGAIN.*ulimit/);
  });
});
