import assert from 'node:assert/strict';
import { applyText, suggestName, type Draft } from '../../../src/vscode/connections/wizard/draft';

const ID = 'abcdefghijklmnopqrstuvwx23';
const HOST = `${ID}.dsql.eu-west-1.on.aws`;

describe('the draft of a connection', () => {
  it('takes over what a text says and keeps the answers it says nothing of', () => {
    const draft: Draft = { user: 'auditor', awsProfile: 'bank', environment: 'test' };
    applyText(draft, `PGPASSWORD=x psql -h ${HOST} -U teller`);
    const { host, region, user, awsProfile, environment } = draft;
    assert.deepEqual([host, region, user, awsProfile, environment], [HOST, 'eu-west-1', 'teller', 'bank', 'test']);
  });

  it('asks for the Region of an id alone, and no more once an endpoint is given', () => {
    const draft: Draft = {};
    applyText(draft, ID);
    assert.deepEqual([draft.host, draft.bareId], [undefined, ID]);
    applyText(draft, HOST);
    assert.deepEqual([draft.host, draft.bareId], [HOST, undefined]);
  });

  it('leaves an endpoint of its own alone, with its authority, until another is given', () => {
    const draft: Draft = { host: 'localhost', region: 'us-east-1', caFile: '/ca.pem', port: 15432 };
    applyText(draft, ' localhost ');
    assert.deepEqual(draft, { host: 'localhost', region: 'us-east-1', caFile: '/ca.pem', port: 15432 });
    applyText(draft, HOST);
    assert.deepEqual([draft.port, 'caFile' in draft], [5432, false]);
  });

  it('takes the end of a tunnel with the endpoint, and not for another', () => {
    const draft: Draft = {};
    applyText(draft, `psql "host=${HOST} hostaddr=127.0.0.1 port=15432 user=teller sslmode=verify-full"`);
    assert.deepEqual([draft.host, draft.hostaddr, draft.port], [HOST, '127.0.0.1', 15432]);
    applyText(draft, HOST);
    assert.equal(draft.hostaddr, '127.0.0.1', 'asked again, the same answer');
    applyText(draft, HOST.replace('ab', 'ba'));
    assert.deepEqual(['hostaddr' in draft, draft.port], [false, 5432]);
  });

  it('suggests a name that tells who and which', () => {
    assert.equal(suggestName({ host: HOST, user: 'admin' }), 'abcdef');
    assert.equal(suggestName({ host: HOST, user: 'teller' }), 'teller abcdef');
    assert.equal(suggestName({ host: HOST, user: 'teller', awsProfile: 'bank' }), 'bank abcdef');
  });
});
