/** What a sound configuration comes to. */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { defaultOptions } from '../../src/config/defaults.ts';
import { readConfig } from '../../src/config/read.ts';
import type { DaemonConfig, ResolvedComponent, ResolvedConfig } from '../../src/config/read.ts';
import { plugins } from './support/plugins.ts';

const FILE = '/etc/unackd/unackd.yaml';
const SINK = 'sinks: { out: { use: jsonl, path: "-" } }\n';

function read(text: string, env: Record<string, string> = {}, file = FILE): DaemonConfig {
  const { config, faults } = readConfig(text, file, plugins, env);
  assert.deepEqual(faults, []);
  assert.ok(config !== null);
  return config;
}

function byId(config: ResolvedConfig, id: string): ResolvedComponent {
  const all = [...config.sources, ...config.analysers, ...config.sinks];
  const found = all.find((component) => component.id === id);
  assert.ok(found !== undefined, `no ${id}`);
  return found;
}

function source(options: string, env: Record<string, string> = {}, file = FILE): ResolvedComponent {
  return byId(read(`sources: { x: { ${options} } }\n${SINK}`, env, file), 'x');
}

function inputs(config: ResolvedConfig, id: string): string[] {
  return byId(config, id).inputs.map(({ from, topic }) => `${from} ${topic}`);
}

describe('resolved configuration', () => {
  describe('options', () => {
    it('makes paths absolute from the folder of the configuration', () => {
      const { options } = source(
        'use: pcap, path: [a.pcap, ../b.pcap, /c.pcap, "d/**/*.pcap*", "-"]',
      );
      assert.deepEqual(options['path'], [
        '/etc/unackd/a.pcap',
        '/etc/b.pcap',
        '/c.pcap',
        '/etc/unackd/d/**/*.pcap*',
        '-',
      ]);
    });

    it('takes the folder of a relative file from the working directory', () => {
      const { options } = source('use: pcap, path: a.pcap', {}, 'config/x.yaml');
      assert.deepEqual(options['path'], [join(resolve('config'), 'a.pcap')]);
    });

    it('takes one value for a list of one', () => {
      assert.deepEqual(source('use: pcap, path: /a').options['path'], ['/a']);
    });

    it('fills in defaults, decoded like written values', () => {
      const text = `sources: { x: { use: pcap, path: a } }
analysers: { r: { use: retry-schedule }, h: { use: black-hole }, p: { use: pager } }
${SINK}`;
      const config = read(text);
      assert.deepEqual(byId(config, 'r').options, { retries: 1, late: 100_000 });
      assert.deepEqual(byId(config, 'p').options, { ports: [443] });
      assert.deepEqual(byId(config, 'x').options, {
        path: ['/etc/unackd/a'],
        vantage: 'unknown',
        speed: 0,
      });
    });

    it('gives defaults without a file, too', () => {
      const chain = plugins.find('analyser', 'retry-schedule');
      assert.ok(chain !== undefined);
      assert.deepEqual(defaultOptions(chain.options, '/'), { retries: 1, late: 100_000 });
    });

    it('leaves optional ones undefined', () => {
      const text =
        'sources: { x: { use: pcap, path: a } }\nsinks: { db: { use: sqlite, path: d } }';
      assert.equal(byId(read(text), 'db').options['keep'], undefined);
    });

    const durations: Record<string, number> = {
      '1ms': 1000,
      '250ms': 250_000,
      '3.5s': 3_500_000,
      '10m': 600_000_000,
      '1h': 3_600_000_000,
    };
    for (const [text, micros] of Object.entries(durations)) {
      it(`reads ${text} as ${micros} microseconds`, () => {
        const config = read(`sources: { x: { use: pcap, path: a } }
analysers: { r: { use: retry-schedule, late: ${text} } }
sinks: { out: { use: jsonl, path: "-", from: r } }`);
        assert.equal(byId(config, 'r').options['late'], micros);
      });
    }

    const sizes: Record<string, number> = {
      '65536': 65_536,
      '64KiB': 65_536,
      '100KB': 100_000,
      '1.5MiB': 1_572_864,
      '10MB': 10_000_000,
      '1GiB': 1_073_741_824,
    };
    for (const [text, bytes] of Object.entries(sizes)) {
      it(`reads ${text} as ${bytes} bytes`, () => {
        assert.equal(source(`use: live, interface: eth0, ring: ${text}`).options['ring'], bytes);
      });
    }
  });

  describe('variables', () => {
    const env = { DIR: '/captures', SPEED: '2.5', ON: 'true', EMPTY: '', ID: '0123' };

    it('stand for text, numbers and bools, as the option wants', () => {
      const options = 'use: pcap, path: "${DIR}/x.pcap", speed: "${SPEED}"';
      assert.deepEqual(source(options, env).options, {
        path: ['/captures/x.pcap'],
        speed: 2.5,
        vantage: 'unknown',
      });
      const live = source('use: live, interface: "${ID}", promiscuous: "${ON}"', env);
      assert.equal(live.options['interface'], '0123');
      assert.equal(live.options['promiscuous'], true);
    });

    it('have defaults, for those set to nothing too', () => {
      const path = '["${NONE:-/a}", "${EMPTY:-/b}", "${DIR:-/c}", "/x${EMPTY}y", "${NONE:-}/d"]';
      assert.deepEqual(source(`use: pcap, path: ${path}`, env).options['path'], [
        '/a',
        '/b',
        '/captures',
        '/xy',
        '/d',
      ]);
    });

    it('can be written as they are', () => {
      const { options } = source('use: live, interface: "$${DIR} $DIR $$ $"', env);
      assert.equal(options['interface'], '${DIR} $DIR $$ $');
    });

    it('are not filled in twice', () => {
      const { options } = source('use: live, interface: "${A}"', { A: '${DIR}', DIR: 'x' });
      assert.equal(options['interface'], '${DIR}');
    });

    it('are the environment only, nothing that objects inherit', () => {
      const text = `sources: { x: { use: live, interface: "\${toString}" } }\n${SINK}`;
      assert.equal(readConfig(text, FILE, plugins, {}).faults[0].code, 'unset-variable');
    });
  });

  describe('settings', () => {
    it('have defaults', () => {
      const config = read(`sources: { x: { use: pcap, path: a } }\n${SINK}`);
      assert.deepEqual(config.flow, { table: 1_000_000 });
      assert.equal(config.state, null);
      assert.deepEqual(config.pluginDirs, []);
      assert.equal(config.names.size, 0);
      assert.equal(config.folder, '/etc/unackd');
      assert.equal(config.admin, null);
      assert.deepEqual(config.log, { level: 'info', format: 'text' });
    });

    const addresses: Record<string, unknown> = {
      'unix:/run/x.sock': { kind: 'unix', path: '/run/x.sock' },
      'unix:x.sock': { kind: 'unix', path: '/etc/unackd/x.sock' },
      '127.0.0.1:9477': { kind: 'tcp', host: '127.0.0.1', port: 9477 },
      '127.255.0.9:1': { kind: 'tcp', host: '127.255.0.9', port: 1 },
      '"[::1]:9477"': { kind: 'tcp', host: '::1', port: 9477 },
    };
    for (const [text, listen] of Object.entries(addresses)) {
      it(`listen at ${text}`, () => {
        const config = read(
          `sources: { x: { use: pcap, path: a } }\n${SINK}admin: { listen: ${text} }`,
        );
        assert.deepEqual(config.admin, { listen });
      });
    }

    it('listen nowhere that others reach', () => {
      for (const text of [
        '127.0.0.256:1',
        '128.0.0.1:1',
        '::1:1',
        '[::]:1',
        '[fe80::1]:1',
        ':1',
        '127.0.0.1:0',
        'unix:',
        '127.1:1',
        '/x',
      ]) {
        const { faults } = readConfig(
          `sources: { x: { use: pcap, path: a } }\n${SINK}admin: { listen: "${text}" }`,
          FILE,
          plugins,
          {},
        );
        assert.equal(faults[0]?.code, 'bad-listen', text);
      }
    });

    it('are taken as written', () => {
      const config = read(`sources: { x: { use: pcap, path: a } }
${SINK}state: s.db
plugin_dirs: mine
flow: { table: 500 }
names:
  10.1.0.1:443: shop
  "[2001:DB8:0:0::1]:443": shop over v6
  2001:db8::2: mail
  10.1.0.2: mail`);
      assert.deepEqual(config.flow, { table: 500 });
      assert.equal(config.state, '/etc/unackd/s.db');
      assert.deepEqual(config.pluginDirs, ['/etc/unackd/mine']);
      assert.deepEqual(
        [...config.names],
        [
          ['10.1.0.1:443', 'shop'],
          ['[2001:db8::1]:443', 'shop over v6'],
          ['2001:db8::2', 'mail'],
          ['10.1.0.2', 'mail'],
        ],
      );
    });
  });

  describe('edges', () => {
    const SOURCES = 'sources: { a: { use: pcap, path: a }, b: { use: pcap, path: b } }\n';

    it('make a chain of analysers in order of declaration', () => {
      const config = read(`${SOURCES}analysers:
  one: { use: retry-schedule }
  two: { use: icmp-correlation }
  three: { use: black-hole }
sinks: { out: { use: jsonl, path: "-", from: [attempts, endpoints, incidents, notices] } }`);
      assert.deepEqual(inputs(config, 'one'), ['a attempt', 'b attempt']);
      assert.deepEqual(inputs(config, 'two'), ['one attempt']);
      assert.deepEqual(inputs(config, 'three'), ['two attempt']);
      assert.deepEqual(inputs(config, 'out'), [
        'three attempt',
        'a endpoint',
        'b endpoint',
        'three incident',
        'a notice',
        'b notice',
        'two notice',
        'three notice',
      ]);
    });

    it('put analysers in the order that data takes', () => {
      const config = read(`${SOURCES}analysers:
  last: { use: pager, from: holes }
  holes: { use: black-hole, from: [a, first] }
  first: { use: retry-schedule, from: b }
sinks: { out: { use: jsonl, path: "-" } }`);
      assert.deepEqual(
        config.analysers.map(({ id }) => id),
        ['first', 'holes', 'last'],
      );
      assert.deepEqual(inputs(config, 'holes'), ['a attempt', 'first attempt']);
    });

    it('bring the attempts of each source once, from the longest way', () => {
      const config = read(`${SOURCES}analysers:
  short: { use: black-hole, from: [a, b] }
  one: { use: retry-schedule, from: a }
  two: { use: icmp-correlation, from: one }
sinks: { out: { use: counter, from: attempts }, all: { use: jsonl, path: "-" } }`);
      // two covers a; short has a too, so b comes straight from its source.
      assert.deepEqual(inputs(config, 'out'), ['two attempt', 'b attempt']);
    });

    it('give an analyser what is declared before it', () => {
      const config = read(`${SOURCES}analysers:
  one: { use: icmp-correlation }
  two: { use: icmp-correlation, from: [attempts, notices] }
sinks: { out: { use: jsonl, path: "-" } }`);
      assert.deepEqual(inputs(config, 'two'), [
        'one attempt',
        'a notice',
        'b notice',
        'one notice',
      ]);
    });

    it('are there once, however often they are asked for', () => {
      const config = read(`${SOURCES}analysers: { i: { use: icmp-correlation } }
sinks: { out: { use: jsonl, path: "-", from: [i, i, notices] } }`);
      assert.deepEqual(inputs(config, 'out'), ['i attempt', 'i notice', 'a notice', 'b notice']);
    });
  });
});
