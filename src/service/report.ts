/** What is told of work that must not stop halfway for want of somebody to tell. */

/** Takes lines for people. */
export type Say = (line: string) => void;

/** Says lines; that one could not be said is told once all is done. */
export class Report {
  readonly #print: Say;
  #failure: { readonly thrown: unknown } | null = null;

  /** @param print throws where the output is closed, or full */
  constructor(print: Say) {
    this.#print = print;
  }

  readonly say: Say = (line) => {
    if (this.#failure !== null) return;
    try {
      this.#print(line);
    } catch (thrown) {
      this.#failure = { thrown };
    }
  };

  /** @throws what kept a line from being said */
  end(): void {
    if (this.#failure !== null) throw this.#failure.thrown;
  }
}
