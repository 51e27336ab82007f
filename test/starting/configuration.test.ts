/** What a machine starts with passes `check`, whatever its interfaces are called. */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { readConfigBytes } from '../../src/config/bytes.ts';
import { bundled } from '../../src/engine/registry.ts';
import { startingConfiguration } from '../../src/starting/configuration.ts';
import type { Starting } from '../../src/starting/configuration.ts';
import { chooseInterfaces } from '../../src/starting/interfaces.ts';

const PLAIN: Starting = {
  preamble: ['A test.', '', '  indented'],
  interfaces: [{ name: 'eth0', about: 'up, 10.1.0.1' }],
  others: [{ name: 'lo', about: 'up' }],
  database: '/var/lib/unackd/unackd.db',
  retention: '30d',
  maxSize: '2GiB',
  sinks: [],
  expected: [],
  admin: 'unix:/run/unackd/admin.sock',
  secret: '${credential:secret_webhook}',
};

function check(starting: Starting) {
  const text = startingConfiguration(starting);
  const { config, faults } = readConfigBytes(Buffer.from(text), 'unackd.yaml', bundled, {});
  assert.deepEqual(faults, [], text);
  return { text, config: config! };
}

function seen(name: string, ...addresses: string[]) {
  return { name, state: 'up', addresses, obstacle: null };
}

describe('the starting configuration', () => {
  it('passes the check, and has no comment that would not', () => {
    const { text, config } = check(PLAIN);
    assert.deepEqual(
      config.sources.map(({ id, options }) => [id, options['interface']]),
      [['eth0', ['eth0']]],
    );
    // Each block that is commented out is a part of a configuration, too.
    const whole = text
      .split('\n')
      .map((line) => line.replace(/^(?<indent> *)# (?=(?:  )*[\w"'.:[\]-]+:(?: |$))/u, '$<indent>'))
      .join('\n');
    const parsed = parse(whole) as Readonly<Record<string, object>>;
    assert.deepEqual(Object.keys(parsed), ['sources', 'sinks', 'admin', 'analysers', 'names']);
    assert.deepEqual(Object.keys(parsed['sources']), ['eth0', 'lo']);
    assert.deepEqual(Object.keys(parsed['sinks']), ['history', 'siem', 'ops']);
    const { faults } = readConfigBytes(Buffer.from(whole), 'unackd.yaml', bundled, {
      CREDENTIALS_DIRECTORY: '/nonexistent',
    });
    const codes = faults.map(({ code }) => code);
    assert.deepEqual(codes, ['unreadable-file'], 'only the secret is not there');
  });

  it('takes names of interfaces that are no ids, or somebody else’s', () => {
    const names = [
      'history',
      'incidents',
      'ops',
      'black-hole',
      'yes',
      '12',
      "it's",
      'é',
      '-x',
      '#1',
      'wg0@if3',
      '*',
    ];
    const { config } = check({
      ...PLAIN,
      interfaces: names.map((name) => ({ name, about: 'up' })),
      others: [],
      sinks: [{ id: 'ops', use: 'webhook', options: { url: 'http://127.0.0.1:9/a?b=#c' } }],
    });
    assert.deepEqual(
      config.sources.map(({ options }) => options['interface']),
      names.map((name) => [name]),
    );
    assert.deepEqual(
      config.sinks.map(({ id }) => id),
      ['history', 'ops'],
    );
  });

  it('captures on all where none stands out, and leaves out what is not wished', () => {
    const { text, config } = check({
      ...PLAIN,
      interfaces: [],
      others: [],
      retention: null,
      maxSize: null,
      admin: null,
    });
    assert.deepEqual(config.sources[0].options['interface'], ['any']);
    assert.equal(config.admin, null);
    assert.doesNotMatch(text, /retention|max_size|admin/u);
  });

  it('chooses what others can reach', () => {
    const { chosen, others } = chooseInterfaces([
      seen('lo', '127.0.0.1', '::1'),
      seen('eth0', '192.0.2.2', 'fe80::1'),
      seen('veth1', 'fe80::2'),
      seen('eth1', '2001:db8::1'),
      seen('eth2'),
      seen('any'),
    ]);
    assert.deepEqual(
      chosen.map(({ name, about }) => `${name}: ${about}`),
      ['eth0: up, 192.0.2.2', 'eth1: up, 2001:db8::1'],
    );
    assert.deepEqual(
      others.map(({ name }) => name),
      ['lo', 'veth1', 'eth2'],
    );
  });

  it('shows few of the others', () => {
    const many = Array.from({ length: 300 }, (_, i) => seen(`veth${i}`));
    assert.ok(chooseInterfaces(many).others.length < 10);
  });
});
