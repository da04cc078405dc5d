import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eachFrame, FrameAssembler, FrameTooLong, ProtocolViolation } from '../../../src/local/gateway/wire/frames';
import * as client from '../../../src/local/gateway/wire/client-messages';
import * as server from '../../../src/local/gateway/wire/server-messages';
import { readOptions, readStartup } from '../../../src/local/gateway/wire/startup';
import { anyCharacter } from '../../support/any-character';

const MAX_BYTES = 1 << 20;
const text = fc.string({ unit: anyCharacter, maxLength: 40 }).map(s => s.replaceAll('\0', ''));
const bytes = fc.uint8Array({ maxLength: 60 }).map(array => Buffer.from(array));
const message = fc.oneof(
  text.map(client.query),
  fc.tuple(text, text).map(([name, sql]) => client.parse(name, sql)),
  fc.tuple(text, text, bytes).map(([portal, statement, tail]) => client.bind(portal, statement, tail)),
  fc.tuple(text, fc.nat(9)).map(([portal, rows]) => client.execute(portal, rows)),
  text.map(client.describePortal),
  text.map(client.closeStatement),
  fc.constant(client.SYNC),
);

/** What arrives when `stream` is received in chunks that end at `cuts`. */
function receive(stream: Buffer, cuts: number[]): Buffer[] {
  const assembler = new FrameAssembler();
  const frames: Buffer[] = [];
  const ends = [...cuts.map(cut => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    const buffer = assembler.feed(Buffer.from(stream.subarray(start, end)));
    if (buffer) assembler.keep(buffer.subarray(eachFrame(buffer, MAX_BYTES, f => frames.push(Buffer.from(f)))));
    start = end;
  }
  return frames;
}

describe('framing', () => {
  it('gives the same messages however a stream is split or merged', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.array(fc.nat(2000), { maxLength: 20 }), (messages, cuts) => {
        assert.deepEqual(receive(Buffer.concat(messages), cuts), messages);
      }),
    );
  });

  it('gives the same messages byte by byte', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), messages => {
        const stream = Buffer.concat(messages);
        assert.deepEqual(receive(stream, [...stream.keys()]), messages);
      }),
    );
  });

  it('refuses impossible and oversized lengths', () => {
    assert.throws(() => eachFrame(Buffer.from([0x51, 0, 0, 0, 3]), MAX_BYTES, () => undefined), ProtocolViolation);
    assert.throws(() => eachFrame(Buffer.from([0x51, 255, 0, 0, 0]), MAX_BYTES, () => undefined), ProtocolViolation);
    assert.throws(() => eachFrame(Buffer.from([0x51, 0x10, 0, 0, 0]), MAX_BYTES, () => undefined), ProtocolViolation);
  });

  it('takes what is as long as it may be, and nothing longer', () => {
    const whole = client.query('x'.repeat(100));
    const taken: Buffer[] = [];
    eachFrame(whole, whole.length, frame => taken.push(frame));
    assert.deepEqual(taken, [whole]);
    assert.throws(() => eachFrame(whole, whole.length - 1, frame => taken.push(frame)), FrameTooLong);
    assert.equal(taken.length, 1);
  });

  it('joins the parts of a message once, when the last has come', () => {
    const whole = client.query('x'.repeat(100));
    const assembler = new FrameAssembler();
    assembler.keep(whole.subarray(0, 50));
    assert.equal(assembler.feed(whole.subarray(50, 60)), undefined);
    assert.equal(assembler.feed(whole.subarray(60, whole.length - 1)), undefined);
    assert.deepEqual(assembler.feed(whole.subarray(whole.length - 1)), whole);
    assert.equal(assembler.holding, false);
  });

  it('never fails otherwise on arbitrary bytes', () => {
    const readers = [client.readText, client.readParse, client.readBind, client.readTarget, client.readExecute];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 80 }), array => {
        for (const read of readers) {
          try {
            read(Buffer.from(array));
          } catch (error) {
            assert.ok(error instanceof ProtocolViolation);
          }
        }
        try {
          client.readBindTail(Buffer.from(array));
        } catch (error) {
          assert.ok(error instanceof ProtocolViolation);
        }
      }),
    );
  });
});

describe('client messages', () => {
  it('read as they were built', () => {
    fc.assert(
      fc.property(text, text, bytes, fc.nat(1000), (a, b, tail, rows) => {
        assert.equal(client.readText(client.query(a)), a);
        const parsed = client.readParse(client.parse(a, b));
        assert.deepEqual([parsed.name, parsed.text, parsed.oids], [a, b, client.NO_OIDS]);
        const bound = client.readBind(client.bind(a, b, tail));
        assert.deepEqual([bound.portal, bound.statement, bound.tail], [a, b, tail]);
        assert.deepEqual(client.readExecute(client.execute(a, rows)), { portal: a, maxRows: rows });
        assert.deepEqual(client.readTarget(client.closePortal(a)), { portal: true, name: a });
        assert.deepEqual(client.readTarget(client.describeStatement(b)), { portal: false, name: b });
      }),
    );
  });

  it('carry parameter values through a Bind', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), values => {
        const { values: read } = client.readBindTail(client.textValues(values));
        assert.deepEqual(
          read.map(value => value?.toString()),
          values,
        );
      }),
    );
  });
});

describe('server messages', () => {
  it('carry every field of an error', () => {
    const error = {
      severity: 'ERROR' as const,
      sqlstate: '54000',
      message: 'transaction age limit of 300s exceeded',
      detail: 'Current transaction age 301s exceeds 300s',
      hint: 'Commit sooner.',
      position: 7,
    };
    assert.deepEqual(server.readError(server.errorResponse(error)), error);
  });

  it('carry tags, rows and settings', () => {
    assert.equal(server.readTag(server.commandComplete('INSERT 0 3')), 'INSERT 0 3');
    assert.deepEqual(['INSERT 0 3', 'UPDATE 12', 'BEGIN', ''].map(server.tagCount), [3, 12, 0, 0]);
    assert.deepEqual(server.readRow(server.oneValue(Buffer.from('é'))), ['é']);
    const ofNull = Buffer.from([server.SERVER.dataRow, 0, 0, 0, 10, 0, 1, 255, 255, 255, 255]);
    assert.deepEqual(server.readRow(ofNull), [null]);
    assert.deepEqual(server.readParameterStatus(server.parameterStatus('TimeZone', 'UTC')), {
      name: 'TimeZone',
      value: 'UTC',
    });
  });
});

describe('startup messages', () => {
  it('wait for missing bytes and read the rest', () => {
    const whole = client.startup({ user: 'admin', database: 'postgres', application_name: 'é' });
    for (let length = 0; length < whole.length; length++)
      assert.equal(readStartup(whole.subarray(0, length)), undefined);
    const read = readStartup(whole);
    assert.equal(read?.bytes, whole.length);
    assert.ok(read.request.type === 'startup');
    assert.deepEqual(
      [...read.request.parameters],
      [
        ['user', 'admin'],
        ['database', 'postgres'],
        ['application_name', 'é'],
      ],
    );
  });

  it('refuse nonsense', () => {
    assert.throws(() => readStartup(Buffer.from('GET / HTTP/1.1\r\n')), ProtocolViolation);
    assert.throws(() => readStartup(Buffer.from([0, 0, 0, 9, 0, 3, 0, 0, 65])), ProtocolViolation);
  });

  it('take settings out of options', () => {
    assert.deepEqual(
      [...(readOptions(' -c search_path=a\\ b  -cTimeZone=UTC\t--extra-float-digits=2 ') ?? [])],
      [
        ['search_path', 'a b'],
        ['timezone', 'UTC'],
        ['extra_float_digits', '2'],
      ],
    );
    assert.equal(readOptions('-B 100'), undefined);
    assert.equal(readOptions('-c'), undefined);
  });
});
