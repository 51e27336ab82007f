import assert from 'node:assert/strict';
import { setting } from './setting.ts';
import { OPEN, SERVER4 } from './network.ts';

const ASKED = 400;
const AT_ONCE = 4;

/** Answers may be read before their SYNs: each interface has its own buffer. */
describe('live: a way there and another way back', function () {
  this.timeout(60_000);
  // A machine that is busy for 200 ms just then reads one interface that much later than the other.
  this.retries(2);
  const { network, watch } = setting();
  const { client, server } = network;

  before(() => {
    network.exec(client, `ip link add back type veth peer name back netns ${server}`);
    for (const namespace of [client, server]) {
      network.ip(namespace, 'link set back up');
      for (const name of ['all', 'default', 'eth0', 'back']) {
        network.exec(namespace, `sysctl -qw net.ipv4.conf.${name}.rp_filter=0`);
      }
    }
    network.ip(server, 'route add 192.0.2.1/32 dev back');
  });

  const sources = {
    'one source': '{ use: live, interface: [eth0, back] }',
    'a source each': '{ use: live, interface: eth0 }\n  other: { use: live, interface: back }',
  };
  for (const [name, source] of Object.entries(sources)) {
    it(`is put together, by ${name}`, async () => {
      const watching = watch(server, source);
      await watching.begun();
      const hammers = Array.from({ length: AT_ONCE }, () =>
        network.peer(client, ['hammer', `${SERVER4} ${OPEN}`, String(ASKED / AT_ONCE)]),
      );
      await Promise.all(hammers.map((one) => network.finished(one)));
      await watching.end();
      const told = watching.records.filter(
        (record) => record['type'] === 'attempt' && record['final'] === true,
      );
      assert.ok(told.every((attempt) => attempt['outcome'] === 'established'));
      assert.equal(told.length, ASKED);
      const unseen = told.filter((attempt) => attempt['answered_after'] === null).length;
      assert.ok(unseen <= ASKED / 100, `of ${unseen} attempts the answer was not seen`);
    });
  }
});
