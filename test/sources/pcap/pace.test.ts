import assert from 'node:assert/strict';
import { FrameBatch } from 'unackd';
import { drain, openSource } from './drain.ts';
import { Folder, pcapOf, recordsFrom, START } from './octets.ts';

const folder = new Folder();

describe('pcap: speed', () => {
  after(() => folder.remove());

  it('hands packets on no sooner than they were recorded, sped up', async () => {
    const records = recordsFrom(START, 5, 1e6);
    const path = folder.put('paced.pcap', pcapOf(records));
    const { source } = openSource(path, { speed: 20 });
    const batch = new FrameBatch();
    const started = performance.now();
    let frames = 0;
    while (await source.read(batch)) {
      for (let i = 0; i < batch.count; i++) {
        const due = (batch.time[i] - START) / 1000 / 20;
        assert.ok(performance.now() - started >= due - 2, `frame ${frames} came early`);
        frames++;
      }
    }
    const took = performance.now() - started;
    await source.close?.();
    assert.equal(frames, 5);
    assert.ok(took >= 198 && took < 2000, `took ${took} ms for 200`);
  });

  it('gives the same frames as without', async () => {
    const records = [...recordsFrom(START, 3000, 10), ...recordsFrom(START - 5e6, 2000, 10)];
    const path = folder.put('same.pcap', pcapOf(records));
    const paced = await drain(path, { speed: 1000, capacity: 100 });
    assert.deepEqual(paced.frames, (await drain(path)).frames);
  });

  it('close interrupts the wait', async () => {
    const path = folder.put('wait.pcap', pcapOf(recordsFrom(START, 2, 3_600_000_000)));
    const { source } = openSource(path, { speed: 1 });
    const batch = new FrameBatch();
    assert.equal(await source.read(batch), true);
    assert.equal(batch.count, 1);
    const waiting = source.read(batch);
    setTimeout(() => void source.close?.(), 20);
    assert.equal(await waiting, false);
    assert.equal(batch.count, 0);
  });
});
