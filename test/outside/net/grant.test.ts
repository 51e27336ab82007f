/** What `permissions: { net: [...] }` lets through, and what it does not. */
import assert from 'node:assert/strict';
import { canonicalHost, HostGrants, parseGrant } from '../../../src/outside/net/grant.ts';
import { PermissionError } from '../../../src/plugin/api.ts';

/** What a name leads to under these grants, or what is to be granted. */
function reached(grants: readonly string[], host: string, addresses: readonly string[]): string {
  const place = { host, port: 443 };
  const held = new HostGrants(false, grants);
  try {
    held.admit(place);
    return held.reachable(place, addresses).join(' ');
  } catch (error) {
    assert.ok(error instanceof PermissionError);
    return `grant ${error.grant}`;
  }
}

function admitted(grants: readonly string[], host: string, port = 443): boolean {
  const canonical = canonicalHost(host);
  assert.ok(canonical !== null);
  try {
    new HostGrants(false, grants).admit({ host: canonical, port });
    return true;
  } catch (error) {
    assert.ok(error instanceof PermissionError);
    return false;
  }
}

describe('outside plugins: grants of hosts', () => {
  it('are a host and a port', () => {
    for (const text of [
      'example.org:443',
      'EXAMPLE.org.:443',
      'bücher.example:80',
      '10.1.0.1:8086',
      '10.1.0.0/16:8086',
      '[2001:db8::1]:443',
      '[2001:db8::/32]:443',
      '*:443',
    ]) {
      assert.equal(typeof parseGrant(text), 'object', text);
    }
  });

  it('are refused with what to write', () => {
    const told: Readonly<Record<string, RegExp>> = {
      'example.org': /^has no port; write 'example\.org:443'$/u,
      'https://example.org/x': /; write host and port: 'example\.org:443'$/u,
      'http://example.org:81/': /'example\.org:81'$/u,
      '2001:db8::1': /; write '\[2001:db8::1\]:443'$/u,
      'example.org:0': /no port from 1 to 65535: '0'/u,
      'example.org:65536': /no port from 1 to 65535/u,
      'example.org:https': /no port from 1 to 65535: 'https'/u,
      'example.org:*': /no port from 1 to 65535: '\*'/u,
      '*.example.org:443': /name each host/u,
      '': /is no host and port/u,
      ':443': /is no host and port/u,
      'a b:443': /no host's name: 'a b'/u,
      '[example.org]:443': /no address or network: 'example\.org'/u,
      '10.1.0.0/33:443': /no address or network/u,
      '[fe80::1%eth0]:443': /no address or network/u,
      '127.1:443': /is another way to write '127\.0\.0\.1:443'/u,
    };
    for (const [text, why] of Object.entries(told)) {
      const grant = parseGrant(text);
      assert.ok(typeof grant === 'string', text);
      assert.match(grant, why, text);
    }
  });

  it('are for that port, and that host in all its spellings', () => {
    assert.equal(admitted(['example.org:443'], 'Example.ORG.'), true);
    assert.equal(admitted(['example.org:443'], 'example.org', 80), false);
    assert.equal(admitted(['example.org:443'], 'sub.example.org'), false);
    assert.equal(admitted(['127.0.0.1:443'], '127.1'), true);
    assert.equal(admitted(['127.0.0.1:443'], '::ffff:127.0.0.1'), true);
    assert.equal(admitted(['[::1]:443'], '[0:0:0:0:0:0:0:1]'), true);
    assert.equal(admitted(['10.1.0.0/16:443'], '10.1.255.255'), true);
    assert.equal(admitted(['10.1.0.0/16:443'], '10.2.0.0'), false);
    assert.equal(admitted(['10.1.0.0/16:443'], 'inner.example.org'), false);
    assert.equal(admitted(['example.org:443'], '93.184.216.34'), false);
  });

  it("with '*' are for public addresses only", () => {
    assert.equal(admitted(['*:443'], '8.8.8.8'), true);
    assert.equal(admitted(['*:443'], '2606:4700::1111'), true);
    const inner = '127.0.0.1 0.0.0.0 10.1.1.1 169.254.169.254 100.64.0.1 224.0.0.1 255.255.255.255';
    for (const ip of [...inner.split(' '), '::1', '::', 'fe80::1', 'fd00::1', '64:ff9b::7f00:1']) {
      assert.equal(admitted(['*:443'], ip), false, ip);
    }
    assert.equal(admitted(['*:443'], '64:ff9b::808:808'), true);
  });

  it('of a name reach no inner address that its owner answers', () => {
    const grants = ['evil.example:443'];
    for (const ip of ['127.0.0.1', '10.1.1.1', '169.254.169.254', '::1', '::ffff:10.1.1.1']) {
      assert.match(reached(grants, 'evil.example', [ip]), /^grant /u, ip);
    }
    assert.equal(reached(grants, 'evil.example', ['8.8.8.8', '127.0.0.1']), '8.8.8.8');
    assert.equal(reached(grants, 'evil.example', ['127.0.0.1']), 'grant 127.0.0.1:443');
    assert.equal(reached(grants, 'evil.example', ['::1']), 'grant [::1]:443');
    const both = [...grants, '10.1.0.0/16:443'];
    assert.equal(reached(both, 'evil.example', ['10.1.1.1', '10.2.1.1']), '10.1.1.1');
    assert.equal(reached(['*:443'], 'evil.example', ['10.1.1.1']), 'grant 10.1.1.1:443');
  });

  it("of the own network's names reach its private addresses, and localhost this machine", () => {
    for (const name of ['broker', 'metrics.internal', 'db.svc.cluster.local']) {
      assert.equal(reached([`${name}:443`], name, ['10.1.1.1']), '10.1.1.1');
      assert.equal(reached([`${name}:443`], name, ['127.0.0.1']), 'grant 127.0.0.1:443');
      assert.equal(reached(['*:443'], name, ['10.1.1.1']), 'grant 10.1.1.1:443');
    }
    assert.equal(reached(['localhost:443'], 'localhost', ['127.0.0.1', '::1']), '127.0.0.1 ::1');
    assert.equal(reached(['localhost:443'], 'localhost', ['10.1.1.1']), 'grant 10.1.1.1:443');
  });

  it('with all rights reach all', () => {
    const all = new HostGrants(true, []);
    const place = { host: 'any.example', port: 1 };
    all.admit(place);
    assert.deepEqual(all.reachable(place, ['127.0.0.1']), ['127.0.0.1']);
  });
});
