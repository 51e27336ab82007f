/** Frames on the socket between daemon and plugin, however the bytes arrive. */
import assert from 'node:assert/strict';
import { frame, FramingError, KIND_JSON, KIND_NET, Unframer } from '../../src/outside/framing.ts';

const KINDS = [KIND_JSON, KIND_NET];
const MOST = 1000;

function split(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

describe('outside plugins: framing', () => {
  const sent = [0, 1, 5, 700, 1000].map((length, i) => ({
    kind: KINDS[i % 2],
    payload: Buffer.alloc(length, i),
  }));
  const stream = Buffer.concat(sent.map(({ kind, payload }) => frame(kind, payload)));

  for (const size of [1, 3, 5, 6, 64, stream.length]) {
    it(`takes ${size} bytes at a time`, () => {
      const unframer = new Unframer(MOST, KINDS);
      const got = split(stream, size).flatMap((part) => unframer.take(part));
      assert.deepEqual(
        got.map(({ kind, payload }) => [kind, payload.toString('hex')]),
        sent.map(({ kind, payload }) => [kind, payload.toString('hex')]),
      );
    });
  }

  it('refuses a length or a kind that can not be, before its payload comes', () => {
    const tooLong = frame(KIND_JSON, Buffer.alloc(MOST + 1)).subarray(0, 5);
    assert.throws(() => new Unframer(MOST, KINDS).take(tooLong), FramingError);
    const unknown = frame(1, Buffer.alloc(0));
    assert.throws(() => new Unframer(MOST, KINDS).take(unknown), /a message of kind 1$/u);
  });
});
