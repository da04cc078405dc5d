import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fc from 'fast-check';
import { TextHmac } from '../../../src/core/sigv4';

const sha256Hex = (bytes: Uint8Array): string => crypto.createHash('sha256').update(bytes).digest('hex');

describe('HMAC of texts', () => {
  // RFC 4231, test cases whose data is text: a key shorter than a block, one of 131 bytes, and a text longer than a block
  const cases: [name: string, key: Buffer, text: string, hex: string][] = [
    ['1', Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '2',
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      '6',
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      '7',
      Buffer.alloc(131, 0xaa),
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ];
  for (const [name, key, text, hex] of cases)
    it(`is that of RFC 4231, case ${name}`, () => assert.equal(new TextHmac(key, sha256Hex).hex(text), hex));

  it('is what node:crypto makes, whatever the key and however long the texts of one key are', () => {
    // any UTF-16, halves of a surrogate pair too; some fit where the first texts are written, some do not
    const text = fc
      .tuple(fc.uint16Array({ maxLength: 12 }), fc.nat({ max: 60 }))
      .map(([units, times]) => String.fromCharCode(...units).repeat(times));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), fc.array(text, { minLength: 1, maxLength: 4 }), (key, texts) => {
        const hmac = new TextHmac(key, sha256Hex);
        for (const each of texts)
          assert.equal(hmac.hex(each), crypto.createHmac('sha256', key).update(each).digest('hex'));
      }),
    );
  });
});
