import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { LambdaFixture, until, type Answer } from './lambda-fixture';

const error = (answer: Answer) => {
  assert.equal(answer.status, 200);
  assert.equal(answer.functionError, 'Unhandled');
  return answer.payload as { errorType?: string; errorMessage: string; trace?: string[] };
};

/** Every way for a handler to go wrong takes down its own invocation only, and is answered as Lambda answers it. */
describe('Lambda service: failing handlers', () => {
  let lambda: LambdaFixture;
  before(async () => {
    lambda = await LambdaFixture.start();
    await lambda.create(
      'healthy',
      'exports.handler = async () => { await new Promise(r => setTimeout(r, 300)); return "well" }',
    );
  });
  after(() => lambda.close());

  /** Invokes `name` while another function runs, which must not notice. */
  async function fail(name: string, payload: unknown = {}): Promise<Answer> {
    const [answer, other] = await Promise.all([
      lambda.invoke(name, payload, { LogType: 'Tail' }),
      lambda.invoke('healthy'),
    ]);
    assert.equal(other.payload, 'well');
    return answer;
  }

  it('throws', async () => {
    await lambda.create(
      'throws',
      'exports.handler = async () => {\n  class Denied extends Error { name = "Denied" }\n  throw new Denied("no")\n}',
    );
    const answer = await fail('throws');
    const { errorType, errorMessage, trace } = error(answer);
    assert.equal(errorType, 'Denied');
    assert.equal(errorMessage, 'no');
    assert.match(trace![1]!, /index\.js:3:9\)$/);
    assert.ok(!trace!.some(line => line.includes('lambda-environment')));
    assert.match(
      answer.log,
      /\tERROR\tInvoke Error \t\{"errorType":"Denied","errorMessage":"no","name":"Denied","stack":\[/,
    );
  });

  it('throws what carries more than a message: the log has all of it, as the hint of a refused connection', async () => {
    await lambda.create(
      'carries',
      `exports.handler = () => {
         const inner = Object.assign(new Error('inside'), { detail: 'told' });
         throw Object.assign(new Error('access denied'), { code: '08006', hint: 'Signature expired', inner });
       }`,
    );
    const answer = await fail('carries');
    assert.deepEqual(Object.keys(error(answer)), ['errorType', 'errorMessage', 'trace']);
    const told = JSON.parse(/Invoke Error \t(.*)/.exec(answer.log)![1]!) as Record<string, unknown>;
    assert.deepEqual([told['code'], told['hint']], ['08006', 'Signature expired']);
    const { errorMessage, detail } = told['inner'] as Record<string, unknown>;
    assert.deepEqual([errorMessage, detail], ['inside', 'told']);
  });

  it('throws what has no JSON: the log has the rest', async () => {
    await lambda.create('huge', "exports.handler = () => { throw Object.assign(new Error('no'), { size: 1n }) }");
    assert.match((await fail('huge')).log, /Invoke Error \t\{"errorType":"Error","errorMessage":"no","stack":\[/);
  });

  it('throws synchronously, a string, or something that cannot be shown', async () => {
    await lambda.create(
      'odd',
      `exports.handler = event => {
         if (event.kind === 'string') throw 'just text';
         if (event.kind === 'hostile') throw { toString() { throw new Error('hidden') } };
         throw new RangeError('at once');
       }`,
    );
    assert.equal(error(await fail('odd')).errorType, 'RangeError');
    assert.deepEqual(error(await fail('odd', { kind: 'string' })), {
      errorType: 'string',
      errorMessage: 'just text',
      trace: [],
    });
    assert.equal(error(await fail('odd', { kind: 'hostile' })).errorType, 'handled');
  });

  it('answers what has no JSON', async () => {
    await lambda.create('bigint', 'exports.handler = async () => ({ n: 1n })');
    assert.equal(error(await fail('bigint')).errorMessage, 'Unable to stringify response body');
  });

  it('loops for ever', async () => {
    await lambda.create('loops', 'exports.handler = () => { console.log("before the loop"); for (;;); }', {
      Timeout: 1,
    });
    const answer = await fail('loops');
    assert.match(
      error(answer).errorMessage,
      /^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f-]{36} Task timed out after 1\.00 seconds$/,
    );
    assert.match(answer.log, /INFO\tbefore the loop\n/);
  });

  it('loops for ever after it has answered: the next invocation times out, and its log has no line of the one before', async () => {
    await lambda.create(
      'loops-later',
      'exports.handler = async () => { console.log("first"); setImmediate(() => { for (;;); }); return 1 }',
      { Timeout: 1 },
    );
    assert.equal((await lambda.invoke('loops-later')).payload, 1);
    const answer = await fail('loops-later');
    assert.match(error(answer).errorMessage, /Task timed out after 1\.00 seconds/);
    assert.doesNotMatch(answer.log, /first/);
  });

  it('never settles', async () => {
    await lambda.create('hangs', 'exports.handler = () => new Promise(r => setTimeout(r, 60000))', { Timeout: 1 });
    assert.match(error(await fail('hangs')).errorMessage, /Task timed out after 1\.00 seconds$/);
    assert.match(error(await fail('hangs')).errorMessage, /Task timed out/);
  });

  it('exits', async () => {
    await lambda.create('exits', 'exports.handler = async e => { console.log("bye"); process.exit(e.code) }');
    const answer = await fail('exits', { code: 3 });
    assert.equal(error(answer).errorType, 'Runtime.ExitError');
    assert.match(
      error(answer).errorMessage,
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
    );
    assert.match(answer.log, /INFO\tbye\n/);
    assert.match(error(await fail('exits', { code: 0 })).errorMessage, /Runtime exited without providing a reason$/);
  });

  it('kills its own process', async () => {
    await lambda.create(
      'kills',
      'exports.handler = async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => setTimeout(() => {}, 9999)) }',
    );
    assert.match(error(await fail('kills')).errorMessage, /Runtime exited with error: signal: killed$/);
  });

  it('has an uncaught exception', async () => {
    await lambda.create(
      'uncaught',
      'exports.handler = () => new Promise(() => setTimeout(() => { throw new TypeError("later") }, 5))',
    );
    const { errorType, errorMessage } = error(await fail('uncaught'));
    assert.deepEqual([errorType, errorMessage], ['TypeError', 'later']);
  });

  it('has an unhandled rejection', async () => {
    await lambda.create(
      'rejects',
      'exports.handler = () => new Promise(() => { Promise.reject(new Error("nobody")); setTimeout(() => {}, 9999) })',
    );
    const { errorType, errorMessage } = error(await fail('rejects'));
    assert.deepEqual([errorType, errorMessage], ['Runtime.UnhandledPromiseRejection', 'Error: nobody']);
  });

  it('runs out of memory', async () => {
    await lambda.create(
      'hungry',
      'exports.handler = async () => { const all = []; for (;;) all.push({ some: [1, 2, 3] }) }',
    );
    const { errorType, errorMessage } = error(await fail('hungry'));
    assert.equal(errorType, 'Runtime.OutOfMemory');
    assert.match(errorMessage, /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/);
  });

  it('has no handler', async () => {
    await lambda.create('missing', 'exports.other = 1');
    const { errorType, errorMessage } = error(await fail('missing'));
    assert.deepEqual(
      [errorType, errorMessage],
      ['Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
    );
    await lambda.create('no-function', 'exports.handler = 1');
    assert.equal(error(await fail('no-function')).errorMessage, 'index.handler is not a function');
    await lambda.create('bad-name', 'exports.handler = 1', { Handler: 'index' });
    assert.equal(error(await fail('bad-name')).errorType, 'Runtime.MalformedHandlerName');
  });

  it('cannot be imported', async () => {
    await lambda.create('no-module', 'require("not-installed"); exports.handler = async () => 1');
    const { errorType, errorMessage } = error(await fail('no-module'));
    assert.equal(errorType, 'Runtime.ImportModuleError');
    assert.match(errorMessage, /^Error: Cannot find module 'not-installed'/);
    await lambda.create('no-module-esm', {
      'index.mjs': 'import "not-installed"; export const handler = async () => 1',
    });
    assert.equal(error(await fail('no-module-esm')).errorType, 'Runtime.ImportModuleError');
    await lambda.create('no-file', { 'other.js': '' });
    assert.match(error(await fail('no-file')).errorMessage, /^Error: Cannot find module 'index'/);
  });

  it('has a syntax error', async () => {
    await lambda.create('syntax', 'exports.handler = async () => {\n  return = 1\n}');
    const { errorType, errorMessage } = error(await fail('syntax'));
    assert.equal(errorType, 'Runtime.UserCodeSyntaxError');
    assert.match(errorMessage, /^SyntaxError: Unexpected token '=' \(.*index\.js:2\)$/);
  });

  it('throws, exits or loops while it loads', async () => {
    await lambda.create('init-throws', 'throw new URIError("at load")');
    const { errorType, errorMessage } = error(await fail('init-throws'));
    assert.deepEqual([errorType, errorMessage], ['URIError', 'at load']);
    await lambda.create('init-exits', 'process.exit(7)');
    assert.match(error(await fail('init-exits')).errorMessage, /^RequestId: [0-9a-f-]{36} .*exit status 7$/);
    const quick = await LambdaFixture.start({ limits: { initTimeoutMs: 500 } });
    try {
      await quick.create('init-loops', 'for (;;);', { Timeout: 1 });
      assert.match(error(await quick.invoke('init-loops')).errorMessage, /Task timed out after 1\.00 seconds$/);
    } finally {
      await quick.close();
    }
  });

  it('fails between invocations: the next one runs in a new environment', async () => {
    await lambda.create(
      'afterwards',
      'let n = 0; exports.handler = async () => { setTimeout(() => { throw new Error("late") }, 20); return ++n }',
    );
    assert.equal((await lambda.invoke('afterwards')).payload, 1);
    const file = path.join(lambda.folder, 'lambda', 'logs', 'afterwards.log');
    await until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8').includes('"errorMessage":"late"'));
    assert.equal((await lambda.invoke('afterwards')).payload, 1);
  });

  it('answers every call of a function that cannot start, at once', async () => {
    await lambda.create('never', 'require("not-installed")');
    const answers = await Promise.all(Array.from({ length: 300 }, () => lambda.invoke('never')));
    for (const answer of answers) assert.equal(error(answer).errorType, 'Runtime.ImportModuleError');
  });
});
