import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isIPv6 } from 'node:net';
import { formatAddress } from '../../src/wire/address.ts';

/** RFC 5952 text of 32 hexadecimal digits. */
function text(digits: string): string {
  const words = [0, 8, 16, 24].map((at) => Number.parseInt(digits.slice(at, at + 8), 16) | 0);
  return formatAddress(1, words[0], words[1], words[2], words[3]);
}

describe('wire: addresses', () => {
  it('are dotted quads for IPv4', () => {
    assert.equal(formatAddress(0, 0x0a000001, 0, 0, 0), '10.0.0.1');
    assert.equal(formatAddress(0, 0xffffffff | 0, 0, 0, 0), '255.255.255.255');
    assert.equal(formatAddress(0, 0, 0, 0, 0), '0.0.0.0');
  });
  it('follow RFC 5952 for IPv6', () => {
    const cases = [
      ['00000000000000000000000000000000', '::'],
      ['00000000000000000000000000000001', '::1'],
      ['20010db8000000000000000000000001', '2001:db8::1'],
      ['20010db8000000000000000000000000', '2001:db8::'],
      ['20010db80000000100000000000000ab', '2001:db8:0:1::ab'],
      ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'], // never a single field
      ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'], // the first of equals
      ['20010000000000010000000000000001', '2001:0:0:1::1'], // the longest
      ['fe80000000000000020000fffe0000a1', 'fe80::200:ff:fe00:a1'],
      ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'], // mapped
      ['0064ff9b0000000000000000c0000201', '64:ff9b::c000:201'],
      ['ffffffffffffffffffffffffffffffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ] as const;
    for (const [digits, expected] of cases) assert.equal(text(digits), expected);
  });
  it('are the same as the URL standard makes of them', () => {
    const field = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(field, { minLength: 8, maxLength: 8 }), (fields) => {
        const long = fields.map((f) => f.toString(16).padStart(4, '0'));
        const short = text(long.join(''));
        assert.ok(isIPv6(short));
        if (short.includes('.')) return; // mapped: URLs write these in hexadecimal
        assert.equal(new URL(`http://[${long.join(':')}]/`).hostname, `[${short}]`);
      }),
      { numRuns: 300 },
    );
  });
});
