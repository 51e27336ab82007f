import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { setting } from './setting.ts';
import { OPEN, SERVER4 } from './network.ts';

/** Some 60 ms each. */
const ROUNDS = 10;
const AT_ONCE = 4;
const ASKED = 400;
/** Milliseconds for which what watches is held up, again and again. */
const HELD_UP = 500;

/** Each interface has its own ring: answers would be read long before or after their SYNs. */
describe('live: a way there and another way back', function () {
  this.timeout(60_000);
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

  const hammer = async (): Promise<void> => {
    const each = String(ASKED / ROUNDS / AT_ONCE);
    for (let i = 0; i < ROUNDS; i++) {
      const hammers = Array.from({ length: AT_ONCE }, () =>
        network.peer(client, ['hammer', `${SERVER4} ${OPEN}`, each]),
      );
      await Promise.all(hammers.map((one) => network.finished(one)));
    }
  };

  const sources = {
    'one source': '{ use: live, interface: [eth0, back] }',
    'a source each': '{ use: live, interface: eth0 }\n  other: { use: live, interface: back }',
  };
  for (const [name, source] of Object.entries(sources)) {
    it(`is put together, by ${name}`, async () => {
      const watching = watch(server, source);
      await watching.begun();
      const finished = hammer();
      // As on a machine that is busy: then each interface's ring holds long of what came.
      for (const ended = finished.then(() => true); ;) {
        watching.child.kill('SIGSTOP');
        await sleep(HELD_UP);
        watching.child.kill('SIGCONT');
        if (await Promise.race([ended, sleep(HELD_UP / 4, false)])) break;
      }
      await watching.end();
      const told = watching.records.filter(
        (record) => record['type'] === 'attempt' && record['final'] === true,
      );
      assert.ok(told.every((attempt) => attempt['outcome'] === 'established'));
      assert.equal(told.length, ASKED);
      const unseen = told.filter((attempt) => attempt['answered_after'] === null).length;
      assert.equal(unseen, 0, `of ${unseen} attempts the answer was not seen`);
    });
  }
});
