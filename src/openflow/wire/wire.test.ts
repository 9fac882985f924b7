import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeMessage, messageSplitter, messageType } from './message.ts';
import { decodePacketIn } from './packet-in.ts';
import { encodePacketAsIfIn, encodePacketOut } from './packet-out.ts';

test('cuts a stream into messages wherever the chunks end', () => {
  const stream = Buffer.concat([
    encodeMessage(messageType.hello, 1),
    encodeMessage(messageType.echoRequest, 2, Buffer.from('abc')),
  ]);
  for (let cut = 0; cut <= stream.length; cut++) {
    const splitter = messageSplitter();
    const seen = [stream.subarray(0, cut), stream.subarray(cut)].flatMap((chunk) => {
      const messages = splitter.push(chunk);
      return messages.ok ? [...messages.value] : [];
    });
    assert.deepEqual(
      seen.map(({ type, transactionId, body }) => [type, transactionId, body.toString()]),
      [
        [messageType.hello, 1, ''],
        [messageType.echoRequest, 2, 'abc'],
      ],
    );
  }
});

test('gives a stream up whose message is shorter than its header', () => {
  const answer = messageSplitter().push(Buffer.from([4, 0, 0, 7, 0, 0, 0, 0]));
  assert.equal(answer.ok, false);
});

test('reads cookie, table, port and frame of a PACKET_IN', () => {
  const body = Buffer.from(
    `ffffffff0003010500000000000000aa${'0001000c800000040000000700000000'}${'0000'}010203`,
    'hex',
  );
  assert.deepEqual(decodePacketIn(body), { cookie: 0xaan, table: 5, inPort: 7, frame: Buffer.from([1, 2, 3]) });
});

test('passes over a PACKET_IN that is cut short or names no port', () => {
  assert.equal(decodePacketIn(Buffer.alloc(10)), undefined);
  assert.equal(
    decodePacketIn(Buffer.from(`ffffffff0003010500000000000000aa${'0001000400000000'}0000`, 'hex')),
    undefined,
  );
});

test('writes a PACKET_OUT as OpenFlow 1.3 lays it out', () => {
  assert.equal(
    encodePacketOut(7, Buffer.from([1, 2])).toString('hex'),
    `fffffffffffffffd0010000000000000${'00000010000000070000000000000000'}0102`,
  );
});

test('writes a PACKET_OUT to the tables as if the frame had come in by a port', () => {
  assert.equal(
    encodePacketAsIfIn(7, Buffer.from([1])).toString('hex'),
    `ffffffff000000070010000000000000${'00000010fffffff90000000000000000'}01`,
  );
});
