/** unackd itself on an interface of one of the hosts, as a daemon would run there. */
import type { SourceComponent } from '../config/resolved.ts';
import { defaultOptions } from '../config/defaults.ts';
import { Engine } from '../engine/engine.ts';
import { chainConfig } from '../engine/chain-config.ts';
import { bundled } from '../engine/registry.ts';
import { ComponentError } from '../engine/sink-node.ts';
import type { SinkDefinition, SourceDefinition } from '../plugin/api.ts';
import { defineSink } from '../plugin/api.ts';
import { Ladders } from '../read/ladders.ts';
import type { JudgePart, WatchPart } from './messages.ts';
import type { Tell, Works } from './part.ts';

/** Handshakes drawn. */
const DRAWN = 1;
/** Of packets kept: an experiment brings far less. */
const KEPT_BYTES = 64 * 1024 * 1024;
/** The interface is opened at the source's first read, within some 100 ms; nobody waits for the rest. */
const OPENED_AFTER_MS = 300;

/** Tells incidents as they come. */
export async function watch(part: WatchPart, tell: Tell): Promise<Works> {
  const sink = defineSink({
    api: 1,
    name: 'lab-incidents',
    doc: 'Tells the lab of incidents.',
    options: {},
    reads: ['incident'],
    create: () => ({ incident: (incident) => tell(incident) }),
  });
  const capture = new Capturing(sourceOf(part.interface, part.keep), true, sink);
  await capture.opened();
  return { end: () => capture.end() };
}

/** Tells at its end how everything stands then. */
export async function judge(part: JudgePart, tell: Tell): Promise<Works> {
  const ladders = new Ladders(DRAWN);
  const sink = defineSink({
    api: 1,
    name: 'lab-verdicts',
    doc: 'Tells the lab of verdicts.',
    options: {},
    reads: ['attempt', 'endpoint', 'notice'],
    create: () => ({
      finalOnly: true,
      attempt: (attempt) => {
        const { server, outcome } = attempt;
        ladders.settled(attempt, server.port === part.port && outcome === part.outcome);
      },
      endpoint: (endpoint) => tell(endpoint),
      notice: (notice) => tell(notice),
    }),
  });
  const capture = new Capturing(sourceOf(part.interface, null), false, sink, ladders);
  await capture.opened();
  return {
    async end() {
      await capture.end();
      for (const handshake of ladders.chosen()) tell({ type: 'ladder', handshake });
    },
  };
}

class Capturing {
  readonly #engine: Engine;
  readonly #run: Promise<void>;

  constructor(
    source: SourceComponent,
    incidents: boolean,
    sink: SinkDefinition,
    ladders: Ladders | null = null,
  ) {
    this.#engine = new Engine(chainConfig({ source, incidents, sink }), {
      // What else could be said is of running for long, as that nothing is remembered.
      log: (_id, level, text) => {
        if (level === 'error') process.stderr.write(`unackd: ${text}\n`);
      },
      prepare: (pipeline) => {
        if (ladders !== null) pipeline.drawPackets((...packet) => ladders.packet(...packet));
      },
    });
    this.#run = this.#engine.run().catch((error: unknown) => {
      throw error instanceof ComponentError ? error.cause : error;
    });
  }

  async opened(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, OPENED_AFTER_MS);
    await Promise.race([promise, this.#run]);
    clearTimeout(timer);
  }

  async end(): Promise<void> {
    this.#engine.stop();
    await this.#run;
  }
}

function sourceOf(name: string, keep: string | null): SourceComponent {
  const definition = bundled.find('source', 'live') as SourceDefinition;
  return {
    id: name,
    kind: 'source',
    definition,
    // Root may see the firewall, and the lab is root's.
    options: { ...defaultOptions(definition.options), interface: [name], firewall: true },
    inputs: [],
    ...(keep === null ? {} : { keep: { path: keep, size: KEPT_BYTES } }),
  };
}
