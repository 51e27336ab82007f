/**
 * A page of the documentation is followed as it stands: its files written, its
 * commands run in order in one folder, what it shows as output compared with
 * what they print. `UPDATE_GOLDEN=1` writes the output into the page instead:
 * then read what `git diff` shows.
 *
 * - `yaml`, `ts`, `mjs`: a file, whose first line says its name.
 * - `sh`: commands. `sh beside FILE`: they run while FILE does (a configuration's
 *   daemon, or a program). `sh as root`: skipped without root. `sh as root beside
 *   FILE`: both. All of these have a network and mounts of their own, where root
 *   can make them.
 * - `text`, right below: what they print. `text alike`: but for numbers, times and
 *   ids, which differ from run to run.
 * - `console`: not run, as it takes a network, or never ends. A page says how many.
 */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { alike } from './alike.ts';
import { Checkout, hasCommand, isBuilt, root } from './checkout.ts';
import { fencesOf, type Fence } from './fences.ts';

export interface PageRules {
  /** Blocks that are neither run nor compared, at most. */
  readonly unrun?: number;
  /** Every block of commands shows what it prints, unless that is nothing. */
  readonly showsAll?: boolean;
}

/** What pages use beside unackd. */
const OUTSIDE = [
  'tcpdump',
  'jq',
  'sqlite3',
  'curl',
  'iptables',
  'nft',
  'ip',
  'tshark',
  'text2pcap',
  'setpriv',
];
const FILES = new Set(['yaml', 'ts', 'mjs']);
const isRoot = process.getuid?.() === 0;
const updating = process.env['UPDATE_GOLDEN'] === '1';

export class DocPage {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly fences: readonly Fence[];
  checkout: Checkout | undefined;
  #updated: string;
  #grown = 0;

  /** @param name from the root of the checkout */
  constructor(name: string) {
    this.name = name;
    this.path = join(root, name);
    this.text = readFileSync(this.path, 'utf8');
    this.fences = fencesOf(this.text);
    this.#updated = this.text;
  }

  /** Tests that follow it. To be called in `describe`. */
  follow({ unrun = 0, showsAll = false }: PageRules = {}): void {
    before((): void => {
      if (!isBuilt) return;
      this.checkout = new Checkout();
      // As a checkout is: root's plugins run as nobody, who is to read them.
      chmodSync(this.checkout.path, 0o755);
    });
    after((): void => {
      this.checkout?.remove();
      if (this.#updated !== this.text) writeFileSync(this.path, this.#updated);
    });
    for (const [index, fence] of this.fences.entries()) {
      if (FILES.has(fence.language)) this.#putsFile(fence);
      else if (fence.language === 'sh') this.#runs(fence, index, showsAll);
    }
    it('runs what it shows', () => {
      const left = this.fences.filter(({ language }) => language === 'console');
      assert.ok(left.length <= unrun, `${left.length} console blocks`);
      const loose = this.fences.filter(
        ({ language }, i) =>
          !FILES.has(language) &&
          !['sh', 'console'].includes(language) &&
          this.#sampleOf(i - 1) === undefined,
      );
      assert.deepEqual(loose, [], 'blocks that belong to no command');
    });
    it('links to what is there', () => {
      const links = [...this.text.matchAll(/\]\((?<to>[^)#:]+)(?:#[^)]*)?\)/gu)];
      assert.deepEqual(
        links
          .map(({ groups }) => groups!.to)
          .filter((to) => !existsSync(join(this.path, '..', to))),
        [],
      );
    });
    it('links to headings that are there', () => {
      const links = [...this.text.matchAll(/\]\((?<to>[^)#:]*)#(?<heading>[^)]+)\)/gu)];
      assert.deepEqual(
        links
          .map(({ groups }) => [groups!.to, groups!.heading] as const)
          .filter(([to, heading]) => {
            const other = to === '' ? this.path : join(this.path, '..', to);
            return !headingsOf(readFileSync(other, 'utf8')).has(heading);
          }),
        [],
      );
    });
  }

  #putsFile({ body, line }: Fence): void {
    it(`line ${line}: is a file`, function () {
      const [, name] = /^(?:\/\/|#) (\S+\.(?:ts|mjs|yaml))$/mu.exec(body) ?? [];
      assert.ok(name, 'its first line says its name: # my.yaml');
      needs(this, isBuilt, 'not built: npm run build');
    });
    // Apart from the test, so that those that follow do not depend on which are run.
    before(() => {
      const [, name] = /^(?:\/\/|#) (\S+\.(?:ts|mjs|yaml))$/mu.exec(body) ?? [];
      if (name !== undefined) this.#files.set(line, [name, body]);
    });
  }

  readonly #files = new Map<number, readonly [name: string, body: string]>();

  /** Files as they stand above a line: a later one of the same name takes its place. */
  #layOut(checkout: Checkout, line: number): void {
    for (const [at, [name, body]] of this.#files) {
      if (at > line) continue;
      this.#files.delete(at);
      checkout.put(name, body);
    }
  }

  /** The output that stands below a block of commands. */
  #sampleOf(index: number): Fence | undefined {
    if (this.fences[index]?.language !== 'sh') return undefined;
    const next = this.fences[index + 1];
    return next?.language === 'text' && next.adjacent ? next : undefined;
  }

  #runs({ body, info, line }: Fence, index: number, showsAll: boolean): void {
    const run = (context: Mocha.Context): void => {
      needs(context, isBuilt, 'not built: npm run build');
      needs(context, hasCommand('script'), 'no script(1), which lends a terminal');
      assert.ok(this.checkout);
      this.#layOut(this.checkout, line);
      // Also of the blocks above, whose files this one may read.
      const sofar = this.fences.slice(0, index + 1).filter(({ language }) => language === 'sh');
      for (const name of OUTSIDE) {
        const used = new RegExp(`(?:^|[|(;&] *|\\n *)${name} `, 'u');
        const there = !sofar.some((fence) => used.test(fence.body)) || hasCommand(name);
        needs(context, there, `no ${name}`);
      }
      const { root: asRoot, file: beside } = meaningOf(info);
      needs(context, asRoot === undefined || isRoot, 'not root');
      const { status, shown } = this.checkout.run(body, { beside, apart: info !== '' });
      assert.equal(status, 0, shown);
      this.#compare(index, shown, showsAll);
    };
    it(`line ${line}: ${body.split('\n', 1)[0]}`, function () {
      run(this);
    });
  }

  #compare(index: number, shown: string, showsAll: boolean): void {
    const sample = this.#sampleOf(index);
    if (sample === undefined) {
      if (showsAll) assert.equal(shown, '');
      return;
    }
    const same = sample.info === 'alike' ? alike(shown) === alike(sample.body) : false;
    if (updating && !same) {
      const at = sample.at + this.#grown;
      this.#updated =
        this.#updated.slice(0, at) + shown + this.#updated.slice(at + sample.body.length);
      this.#grown += shown.length - sample.body.length;
    } else if (sample.info === 'alike') {
      assert.equal(alike(shown), alike(sample.body));
    } else {
      assert.equal(shown, sample.body);
    }
  }
}

/** What stands behind `sh`. */
function meaningOf(info: string): { readonly root?: string; readonly file?: string } {
  const meaning = /^(?<root>as root)? ?(?:beside (?<file>\S+))?$/u.exec(info);
  assert.ok(meaning, `sh ${info}: what is that?`);
  return meaning.groups ?? {};
}

/** What GitHub calls the headings in links. */
function headingsOf(text: string): Set<string> {
  const bare = text.replaceAll(/^```[^]*?^```$/gmu, '');
  return new Set(
    [...bare.matchAll(/^#+ (?<heading>.*)$/gmu)].map(({ groups }) =>
      groups!.heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
