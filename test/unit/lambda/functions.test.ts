import assert from 'node:assert/strict';
import fc from 'fast-check';
import path from 'node:path';
import { matchRoute } from '../../../src/local/lambda/api/routes';
import { parseFunctionReference } from '../../../src/local/lambda/functions/model';
import { safeEntryPath } from '../../../src/local/lambda/functions/unpack';
import { parseHandlerName } from '../../../src/local/lambda/runtime/load-handler';

describe('names of functions', () => {
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:bank';
  for (const [text, qualifier, expected] of [
    ['bank', undefined, { name: 'bank', qualifier: undefined }],
    ['bank:live', undefined, { name: 'bank', qualifier: 'live' }],
    ['bank:$LATEST', undefined, { name: 'bank', qualifier: '$LATEST' }],
    [arn, undefined, { name: 'bank', qualifier: undefined }],
    [`${arn}:3`, undefined, { name: 'bank', qualifier: '3' }],
    ['000000000000:function:bank', undefined, { name: 'bank', qualifier: undefined }],
    ['function:bank', undefined, { name: 'bank', qualifier: undefined }],
    [arn, 'live', { name: 'bank', qualifier: 'live' }],
    ['a b', undefined, undefined],
    ['../etc', undefined, undefined],
    ['', undefined, undefined],
    ['x'.repeat(65), undefined, undefined],
    ['bank', 'no good', undefined],
  ] as const)
    it(`reads ${text.slice(0, 60) || 'nothing'}${qualifier ? ` with ${qualifier}` : ''}`, () => {
      assert.deepEqual(parseFunctionReference(text, qualifier), expected);
    });
});

describe('paths in zips', () => {
  it('never leaves the folder', () => {
    const piece = fc.constantFrom('..', '.', '', 'a', '/', '\\', 'C:', '...', 'b.js', '\0');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom('/', '\\', ''), (pieces, divider) => {
        const safe = safeEntryPath(pieces.join(divider));
        if (safe === undefined) return;
        for (const { resolve, sep } of [path.posix, path.win32]) {
          const base = resolve(sep === '/' ? '/code' : 'D:\\code');
          const target = resolve(base, safe);
          assert.ok(target === base || target.startsWith(base + sep), `${JSON.stringify(safe)} -> ${target}`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps ordinary paths', () => {
    assert.equal(safeEntryPath('index.js'), 'index.js');
    assert.equal(safeEntryPath('./lib/a b.js'), 'lib/a b.js');
    assert.equal(safeEntryPath('lib\\windows.js'), 'lib/windows.js');
    assert.equal(safeEntryPath('folder/'), 'folder');
    assert.equal(safeEntryPath('..hidden/..'), undefined);
  });
});

describe('names of handlers', () => {
  it('splits file and export', () => {
    assert.deepEqual(parseHandlerName('index.handler'), { modulePath: 'index', exportPath: ['handler'] });
    assert.deepEqual(parseHandlerName('src/a/app.api.get'), { modulePath: 'src/a/app', exportPath: ['api', 'get'] });
  });

  for (const bad of ['index', '', '../x.handler', 'a/../../x.handler', 'index.'])
    it(`refuses ${JSON.stringify(bad)}`, () => {
      assert.throws(() => parseHandlerName(bad), { name: 'Runtime.MalformedHandlerName' });
    });
});

describe('routes of the Lambda API', () => {
  it('matches operations and decodes what they name', () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:bank';
    const of = (method: string, target: string) => matchRoute(method, target);
    assert.deepEqual(of('POST', '/2015-03-31/functions'), { action: 'CreateFunction', params: [] });
    assert.deepEqual(of('GET', '/2015-03-31/functions/'), { action: 'ListFunctions', params: [] });
    assert.deepEqual(of('POST', `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`), {
      action: 'InvokeFunction',
      params: [arn],
    });
    assert.deepEqual(of('DELETE', '/2015-03-31/functions/bank/aliases/live'), {
      action: 'DeleteAlias',
      params: ['bank', 'live'],
    });
    assert.equal(of('GET', '/2015-03-31/functions/bank/invocations'), undefined);
    assert.equal(of('GET', '/'), undefined);
    assert.deepEqual(of('GET', '/2015-03-31/functions/%'), { action: 'GetFunction', params: ['%'] });
  });
});
