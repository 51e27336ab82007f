/** What a source keeps of its packets, and what comes out of it. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Engine } from '../../src/engine/engine.ts';
import { readConfig } from '../../src/config/read.ts';
import { Keeper, keeperFor } from '../../src/keep/keeper.ts';
import { ringPaths } from '../../src/keep/ring.ts';
import type { Notice } from '../../src/plugin/api.ts';
import { FrameBatch } from '../../src/plugin/api.ts';
import { KIND_TCP, Segment, TCP_SYN } from '../../src/wire/segment.ts';
import { Archive, incidentIn, onePort, registry } from '../history/recorded.ts';
import { simulate } from '../simulator/simulate.ts';
import { drain } from '../sources/pcap/drain.ts';
import { needsBuild, parseLines, shell, unackd } from '../support/unackd.ts';

const archive = new Archive();

function configOf(keep: string, path = 'all.pcap'): string {
  return `sources:
  eth0: { use: pcap, path: ${path}, keep: ${keep} }
sinks:
  history: { use: sqlite, path: kept.db, from: [attempts, incidents] }
`;
}

async function run(text: string): Promise<readonly Notice[]> {
  const { config, faults } = readConfig(text, archive.at('kept.yaml'), registry, {});
  if (config === null) throw new Error(faults.map(({ message }) => message).join('\n'));
  const notices: Notice[] = [];
  const witness = { incident: () => undefined, notice: (notice: Notice) => notices.push(notice) };
  await new Engine(config, { log: () => undefined, witness }).run();
  return notices;
}

/** What each attempt was. */
function attemptsIn(files: readonly string[]): unknown[] {
  const { stdout } = unackd(['read', '--format', 'jsonl', ...files]);
  return parseLines(stdout)
    .filter(({ type }) => type === 'attempt')
    .map(({ source: _source, final: _final, ...fate }) => fate);
}

/** Microseconds, bytes and so on: all that a frame is. */
async function framesOf(paths: readonly string[]): Promise<string[]> {
  const { frames } = await drain(paths);
  return frames.map(({ time, wire, data }) => `${time} ${wire} ${data}`);
}

describe('keep: packets of a source', () => {
  before(function () {
    needsBuild(this);
    archive.file('all.pcap', simulate(onePort({ kind: 'drop' })).capture);
  });

  after(() => archive.remove());

  it('holds what tells every attempt, and no data of connections that stand', async () => {
    await run(configOf('{ path: ring }'));
    const ring = ringPaths(archive.at('ring'), 'eth0');
    assert.deepEqual(attemptsIn(ring), attemptsIn([archive.at('all.pcap')]));
    const [kept, all] = [await framesOf(ring), await framesOf([archive.at('all.pcap')])];
    assert.ok(kept.length < all.length * 0.9, `${kept.length} of ${all.length}`);
    assert.deepEqual(
      kept.filter((frame) => !new Set(all).has(frame)),
      [],
    );
  });

  it('export takes an incident out of the ring as out of the capture', async () => {
    archive.file('kept.yaml', configOf('{ path: ring }'));
    const id = String(incidentIn(archive.at('kept.db'))['id']);
    const paths = ['ring.pcapng', 'file.pcapng'].map((name) => archive.at(name));
    const args = ['export', id, '-c', archive.at('kept.yaml')];
    const fromRing = unackd([...args, '-o', paths[0]]);
    const fromFile = unackd([...args, '-o', paths[1], '--from', archive.at('all.pcap')]);
    assert.deepEqual([fromRing.status, fromFile.status], [0, 0], fromRing.stderr);
    assert.deepEqual(await framesOf([paths[0]]), await framesOf([paths[1]]));
  });

  it('kill -9 costs no frame that came before the last batch', () => {
    const text = `${configOf('{ path: killed }', 'slow')}log: { level: error }\n`;
    archive.file('killed.yaml', text.replace('kept.db', 'killed.db'));
    const { stdout } = shell(
      `cd "$1"; mkfifo slow
       (head -c 200000 all.pcap; exec sleep 10) >slow & writer=$!
       "$U" run --config killed.yaml & pid=$!
       sleep 1.5; kill -9 $pid; kill $writer
       "$U" read --format jsonl killed/*.pcapng | tail -1`,
      [archive.folder],
    );
    assert.match(stdout, /"type":"endpoint"/u);
  });

  it('nothing kept yet is said', () => {
    archive.file('empty.yaml', configOf('{ path: nothing }'));
    const id = String(incidentIn(archive.at('kept.db'))['id']);
    const { status, stderr } = unackd(['export', id, '-c', archive.at('empty.yaml')]);
    assert.equal(status, 66);
    assert.match(stderr, /source 'eth0' has kept nothing in .*\/nothing; --from names captures/u);
  });

  it('a folder that can not be is told, and everything else goes on', async () => {
    archive.file('occupied', '');
    rmSync(archive.at('kept.db'));
    const notices = await run(configOf('{ path: occupied }'));
    const failed = notices.filter(({ code }) => code.startsWith('keep-'));
    assert.deepEqual(
      failed.map(({ code }) => code),
      ['keep-failed'],
    );
    assert.match(
      failed[0].text,
      /^eth0: packets can't be kept in .*occupied: .*\. Everything else goes on; this is tried again every 5 s$/u,
    );
    assert.equal(incidentIn(archive.at('kept.db'))['kind'], 'black-hole');
  });
});

function frameAt(time: number): FrameBatch {
  const batch = new FrameBatch(1);
  batch.bytes = Uint8Array.of(1, 2, 3);
  batch.count = 1;
  batch.captured[0] = 3;
  batch.wire[0] = 64;
  batch.time[0] = time;
  return batch;
}

/** Nobody listens. */
const nobody = { emit: () => undefined };

describe('keep: a keeper', () => {
  const folder = archive.at('units');
  const place = { name: 'eth0', linkType: 1, filter: null, snapLength: 0 };
  const syn = Object.assign(new Segment(), { kind: KIND_TCP, flags: TCP_SYN });

  before(() => mkdirSync(folder, { recursive: true }));

  after(() => archive.remove());

  it('tells a failure once, and when and after how much it goes on', function () {
    const notices: Notice[] = [];
    const emit = (notice: Notice) => notices.push(notice);
    const path = `${folder}/there`;
    writeFileSync(path, 'a file where the folder is to be');
    let clock = 1e6;
    const keeper = new Keeper('eth0', { path, size: 1 << 20 }, { emit }, () => clock);
    const put = (time: number) => {
      keeper.frame(frameAt(time), 0, syn, place);
      keeper.flush();
    };
    put(1e6);
    put(2e6);
    rmSync(path);
    put(3e6);
    clock += 6000;
    put(4e6);
    put(5e6);
    keeper.close();
    assert.deepEqual(
      notices.map(({ code, time }) => [code, time]),
      [
        ['keep-failed', 1e6],
        ['keep-resumed', 4e6],
      ],
    );
    assert.match(notices[1].text, /again; 3 of 3 s were not$/u);
    const [file] = ringPaths(path, 'eth0');
    // Section, interface, and the two frames from then on.
    assert.equal(readFileSync(file).toString('hex').split('01020300').length - 1, 2);
  });

  it('stays the same over a reload, unless what is wished has changed', () => {
    const source = { id: 'eth0', keep: { path: `${folder}/same`, size: 1 << 20 } };
    const component = (keep: typeof source.keep | undefined) =>
      ({ ...source, keep }) as unknown as Parameters<typeof keeperFor>[0];
    const first = keeperFor(component(source.keep), undefined, nobody);
    assert.equal(keeperFor(component({ ...source.keep }), first, nobody), first);
    const larger = { ...source.keep, size: 2 << 20 };
    assert.notEqual(keeperFor(component(larger), first, nobody), first);
    assert.equal(keeperFor(component(undefined), first, nobody), undefined);
  });
});
