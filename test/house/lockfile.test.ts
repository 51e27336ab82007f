import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** `npm ci` refuses a lockfile that leaves out an optional package, even one for another machine. */
function forgotten({ packages }: Lockfile): string[] {
  return Object.entries(packages).flatMap(([path, one]) =>
    Object.keys(one.optionalDependencies ?? {})
      .filter((name) => !(`${path}/node_modules/${name}` in packages))
      .filter((name) => !(`node_modules/${name}` in packages)),
  );
}

/** A host in the lockfile would bind everybody to one registry, or to a mirror that only we can see. */
function hosts({ packages }: Lockfile): string[] {
  return Object.values(packages).flatMap(({ resolved }) => resolved ?? []);
}

describe('package-lock.json', () => {
  const path = resolve(import.meta.dirname, '../../package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lockfile;

  it('names no registry', () => assert.deepEqual(hosts(lock), []));
  it('names the packages for other machines too', () => assert.deepEqual(forgotten(lock), []));
  it('brings Node for both architectures', () => {
    for (const arch of ['x64', 'arm64'])
      assert.match(lock.packages[`node_modules/node-linux-${arch}`].version ?? '', /^26\./u);
  });

  it('would be caught otherwise', () => {
    const wrong: Lockfile = {
      packages: {
        'node_modules/a': {
          resolved: 'https://mirror.example/a.tgz',
          optionalDependencies: { 'a-linux': '1', 'a-darwin': '1' },
        },
        'node_modules/a-linux': { optional: true },
      },
    };
    assert.deepEqual(hosts(wrong), ['https://mirror.example/a.tgz']);
    assert.deepEqual(forgotten(wrong), ['a-darwin']);
  });
});
