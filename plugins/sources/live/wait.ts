import { setImmediate } from 'node:timers';
import { loadKoffi } from './koffi.ts';

type PollHandle = ReturnType<ReturnType<typeof loadKoffi>['node']['poll']>;

/** An open ring's descriptor in Node's event loop: no thread waits for it. */
export class Watched {
  readonly #handle: PollHandle;

  constructor(fd: number) {
    this.#handle = loadKoffi().node.poll(fd, () => {});
    this.#handle.stop();
  }

  /** Calls once the ring has something, or an error, and until `rest` again and again. */
  watch(call: () => void): void {
    // Out of libuv's own call into Node's queue, where promises go on at once.
    this.#handle.start(() => setImmediate(call));
  }

  rest(): void {
    this.#handle.stop();
  }

  close(): void {
    this.#handle.close();
  }
}

/** The wait for packets on any of several interfaces. */
export class Wait {
  #end: (() => void) | null = null;

  /** Resolves when one of them has something, after so many milliseconds, or at `wake`. */
  async for(watched: readonly Watched[], milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#end = resolve;
    for (const one of watched) one.watch(resolve);
    await promise;
    this.#end = null;
    clearTimeout(timer);
    for (const one of watched) one.rest();
  }

  wake(): void {
    this.#end?.();
  }
}
