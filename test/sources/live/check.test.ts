/** What `unackd check` says of a live source; takes no rights. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { checkOptions } from '../../../plugins/sources/live/check.ts';
import { loadLibpcap } from '../../../plugins/sources/live/libpcap.ts';
import { needs } from '../../support/needs.ts';

interface Given {
  readonly names?: readonly string[];
  readonly filter?: string;
  readonly user?: string;
}

/** Each fault as `SEVERITY OPTION ITEM: MESSAGE`. */
function faults({ names = ['lo'], filter, user }: Given): string[] {
  return checkOptions({ interface: names, filter, snaplen: 160, user, firewall: false }).map(
    ({ severity, option, item, message }) => `${severity} ${option} ${item ?? '-'}: ${message}`,
  );
}

describe('live: check', () => {
  before(function () {
    needs(this, existsSync('/sys/class/net/lo'), 'no loopback interface');
    try {
      loadLibpcap();
    } catch {
      needs(this, false, 'no libpcap');
    }
  });

  it('finds nothing where nothing is wrong', () => {
    assert.deepEqual(faults({}), []);
    assert.deepEqual(faults({ names: ['any'], filter: 'net 10.0.0.0/8', user: 'root' }), []);
  });

  it("a wrong filter: libpcap's own words", () => {
    const said = faults({ filter: 'prot 80' });
    assert.equal(said.length, 1);
    assert.match(said[0], /^error filter -: 'filter': libpcap says: .*syntax error/u);
  });

  it('a filter that is wrong on one of the link types only', () => {
    const [said] = faults({ names: ['any'], filter: 'ether host 1:2:3:4:5:6' });
    assert.match(said, /^error filter -: 'filter': libpcap says: /u);
    assert.deepEqual(faults({ names: ['lo'], filter: 'ether host 1:2:3:4:5:6' }), []);
  });

  it('warns of a filter that hides ICMP, and that it is widened', () => {
    assert.match(faults({ filter: 'tcp port 443' })[0], /^warning filter -: .*all the same/u);
  });

  it('warns of an interface, or a user, that is not there', () => {
    assert.match(faults({ names: ['lo', 'no-such-if0'] })[0], /^warning interface 1: .*waits/u);
    assert.match(faults({ user: 'no-such-user' })[0], /^warning user -: /u);
  });

  it('refuses what can be no name, doubles, and any beside others', () => {
    const said = faults({ names: ['lo', 'lo', 'any', 'a/b', 'sixteen-letters-'] });
    assert.deepEqual(
      said.map((text) => text.split(':', 1)[0]),
      ['error interface 1', 'error interface 2', 'error interface 3', 'error interface 4'],
    );
  });
});
