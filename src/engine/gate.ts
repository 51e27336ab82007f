/** Between two batches a pipeline can be changed: this is where those who pump wait meanwhile. */
export class Gate {
  private inside = 0;
  private shut: PromiseWithResolvers<void> | undefined;
  private emptied: (() => void) | undefined;

  /** The stretch of work between `enter` and `leave` sees no change. */
  async enter(): Promise<void> {
    while (this.shut !== undefined) await this.shut.promise;
    this.inside++;
  }

  leave(): void {
    this.inside--;
    if (this.inside === 0) this.emptied?.();
  }

  /** Resolves when nobody is inside. Nobody comes in until `open`. */
  async close(): Promise<void> {
    this.shut = Promise.withResolvers<void>();
    if (this.inside === 0) return;
    await new Promise<void>((resolve) => {
      this.emptied = resolve;
    });
    this.emptied = undefined;
  }

  open(): void {
    this.shut?.resolve();
    this.shut = undefined;
  }
}
