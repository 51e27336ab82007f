/** Watching real interfaces of real kernels. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CLOSED,
  DROPPED,
  needsNetwork,
  Network,
  OPEN,
  REJECTED,
  RESET,
  SERVER4,
  SERVER6,
} from '../live/network.ts';
import { needs } from '../support/needs.ts';
import { needsBuild, shell, UNACKD } from '../support/unackd.ts';

const PORTS = [OPEN, DROPPED, REJECTED, RESET, CLOSED];

/** What the firewall makes of a server's ports. */
function truth(server: string): string[] {
  const verdicts = ['healthy', 'silent', 'rejecting', 'refusing', 'refusing'];
  const host = server.includes(':') ? `[${server}]` : server;
  return PORTS.map((port, i) => `${host}:${port} ${verdicts[i]}`);
}

describe('watch on an interface', function () {
  this.timeout(30_000);
  const network = new Network();

  before(async function () {
    needsNetwork(this);
    needsBuild(this);
    await network.build();
  });
  after(() => network.remove());

  it('judges each port within seconds, while it runs', async () => {
    const { client } = network;
    const child = spawn('ip', ['netns', 'exec', client, UNACKD, 'watch', '-i', 'eth0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    try {
      await sleep(1000);
      const targets = [SERVER4, SERVER6].flatMap((ip) => PORTS.map((port) => `${ip} ${port}`));
      await network.connect(targets, 4);
      const expected = [...truth(SERVER4), ...truth(SERVER6)].toSorted();
      const told = (): string[] =>
        [...shown.matchAll(/ endpoint (?<what>\S+ \S+)$/gmu)].map(({ groups }) => groups!['what']);
      for (let waited = 0; told().length < expected.length && waited < 5000; waited += 100) {
        await sleep(100);
      }
      assert.deepEqual(told().toSorted(), expected);
    } finally {
      child.kill('SIGINT');
    }
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0);
  });

  it('without the right: one line, and 77', function () {
    needs(this, process.getuid?.() === 0, 'not root: nobody else can become nobody');
    const { status, stdout, stderr } = shell(
      'setpriv --reuid 65534 --clear-groups "$U" watch -i lo',
    );
    assert.equal(status, 77);
    assert.equal(stdout, '');
    assert.match(stderr, /^unackd: lo: capturing takes the capability CAP_NET_RAW; .*setcap.*\n$/u);
  });
});
