/** From what `from` names to edges: who reads which topic from whom. */
import type { Topic } from '../plugin/api.ts';
import type { Draft, Reference } from './components.ts';
import type { FaultLog, Span } from './fault-log.ts';
import { inOrder } from './order.ts';
import { PLURALS, SINK_DEFAULT, TOPICS } from './resolved.ts';
import type { Edge } from './resolved.ts';
import { nearest } from './spelling.ts';
import { attemptEnds } from './ends.ts';
import type { Handed } from './ends.ts';

/** A component named in `from`, or standing there by default. */
interface Link {
  readonly from: Draft;
  readonly span: Span;
}

/** A topic of the whole pipeline. */
interface Wish {
  readonly topic: Topic;
  readonly span: Span;
  /** Written, not taken by default. */
  readonly written: boolean;
}

interface Wants {
  readonly links: readonly Link[];
  readonly wishes: readonly Wish[];
}

export interface Wiring {
  /** In the order that data takes. */
  readonly analysers: readonly Draft[];
  readonly inputs: ReadonlyMap<Draft, readonly Edge[]>;
}

/** What a component gives to who names it; `null` where that is not known. */
function gives(draft: Draft): readonly Topic[] | null {
  const { definition } = draft;
  if (draft.kind === 'source') return ['segment', 'attempt'];
  if (definition?.kind === 'analyser') {
    const passed: readonly Topic[] = definition.reads.includes('attempt') ? ['attempt'] : [];
    return TOPICS.filter((topic) => passed.includes(topic) || definition.emits.includes(topic));
  }
  return definition === null && draft.kind === 'analyser' ? null : [];
}

/**
 * What the pipeline has of a topic from this component, besides attempts. The
 * engine's verdicts on endpoints and its notices about a source count as the
 * source's, and go this way only.
 */
function contributes(draft: Draft, topic: Topic): boolean {
  if (draft.kind === 'source') return topic !== 'attempt' && topic !== 'incident';
  return topic !== 'attempt' && gives(draft)?.includes(topic) === true;
}

function reads(draft: Draft): readonly Topic[] | null {
  const { definition } = draft;
  if (definition === null) return null;
  return definition.kind === 'source' ? [] : definition.reads;
}

function listed(topics: readonly Topic[]): string {
  const words = TOPICS.filter((topic) => topics.includes(topic)).map((topic) => `${topic}s`);
  if (words.length === 0) return 'nothing';
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}

/** Wires all components. Faults go to the log; with errors there the result is of no use. */
export function wire(drafts: readonly Draft[], log: FaultLog): Wiring {
  return new Wirer(drafts, log).run();
}

class Wirer {
  readonly #sources: readonly Draft[];
  readonly #analysers: readonly Draft[];
  readonly #sinks: readonly Draft[];
  readonly #byId = new Map<string, Draft>();
  readonly #wants = new Map<Draft, Wants>();
  readonly #inputs = new Map<Draft, readonly Edge[]>();
  /** What has its edges, in the order that data takes. */
  readonly #handed = new Map<Draft, Handed>();
  readonly #log: FaultLog;

  constructor(drafts: readonly Draft[], log: FaultLog) {
    this.#log = log;
    this.#sources = drafts.filter((draft) => draft.kind === 'source');
    this.#analysers = drafts.filter((draft) => draft.kind === 'analyser');
    this.#sinks = drafts.filter((draft) => draft.kind === 'sink');
    for (const draft of drafts) if (!this.#byId.has(draft.id)) this.#byId.set(draft.id, draft);
  }

  run(): Wiring {
    for (const draft of [...this.#analysers, ...this.#sinks]) {
      this.#wants.set(
        draft,
        draft.from === null ? this.#usual(draft) : this.#named(draft, draft.from),
      );
    }
    const { order, circles } = inOrder(this.#analysers, (draft) => this.#upstream(draft));
    for (const circle of circles) this.#tellCircle(circle);
    for (const source of this.#sources) {
      this.#inputs.set(source, []);
      this.#handed.set(source, { id: source.id, sources: new Set([source.id]), depth: 0 });
    }
    for (const analyser of order) this.#connect(analyser);
    for (const sink of this.#sinks) this.#connect(sink);
    if (!this.#log.failed) this.#tellDoubts();
    return { analysers: order, inputs: this.#inputs };
  }

  /** Where `from` is left out. */
  #usual(draft: Draft): Wants {
    const { span } = draft;
    if (draft.kind === 'sink') {
      const wishes = SINK_DEFAULT.map((topic) => ({ topic, span, written: false }));
      return { links: [], wishes };
    }
    const before = this.#analysers[this.#analysers.indexOf(draft) - 1];
    const from = before === undefined ? this.#sources : [before];
    return { links: from.map((other) => ({ from: other, span })), wishes: [] };
  }

  #named(draft: Draft, references: readonly Reference[]): Wants {
    const links: Link[] = [];
    const wishes: Wish[] = [];
    for (const { name, span } of references) {
      const topic = PLURALS.get(name);
      const other = this.#byId.get(name);
      if (topic !== undefined) wishes.push({ topic, span, written: true });
      else if (other === undefined) this.#tellUnknown(name, span);
      else if (other.kind === 'sink') {
        const message = `'${name}' is a sink: nothing comes out of it for '${draft.id}'`;
        this.#log.error('useless-edge', span, message);
      } else links.push({ from: other, span });
    }
    return { links, wishes };
  }

  /** Whom a topic of the whole pipeline may come from: for an analyser, what is declared before it. */
  #pipeline(draft: Draft): readonly Draft[] {
    const at = this.#analysers.indexOf(draft);
    return [...this.#sources, ...(at === -1 ? this.#analysers : this.#analysers.slice(0, at))];
  }

  #upstream(draft: Draft): Set<Draft> {
    const wants = this.#wants.get(draft);
    const upstream = new Set(wants?.links.map((link) => link.from));
    for (const { topic } of wants?.wishes ?? []) {
      for (const other of this.#pipeline(draft)) {
        const hands = topic === 'attempt' && gives(other)?.includes('attempt') === true;
        if (hands || contributes(other, topic)) upstream.add(other);
      }
    }
    return upstream;
  }

  #connect(draft: Draft): void {
    const edges = new Map<string, Edge>();
    const add = (from: string, topic: Topic) => edges.set(`${topic} ${from}`, { from, topic });
    const taken = reads(draft);
    const { links, wishes } = this.#wants.get(draft) ?? { links: [], wishes: [] };
    for (const { from, span } of links) {
      const given = gives(from);
      if (taken === null || given === null) continue;
      const carried = given.filter((topic) => taken.includes(topic));
      for (const topic of carried) add(from.id, topic);
      if (carried.length === 0) {
        const message = `'${from.id}' gives ${listed(given)}; '${draft.id}' reads ${listed(taken)}`;
        this.#log.error('useless-edge', span, message);
      }
    }
    this.#tellUnread(draft, wishes);
    for (const { topic } of wishes) {
      if (taken?.includes(topic) !== true) continue;
      const pipeline = this.#pipeline(draft);
      const from =
        topic === 'attempt'
          ? attemptEnds(pipeline.flatMap((other) => this.#handed.get(other) ?? []))
          : pipeline.filter((other) => contributes(other, topic));
      for (const { id } of from) add(id, topic);
    }
    const inputs = [...edges.values()];
    this.#inputs.set(draft, inputs);
    if (draft.kind === 'analyser') this.#hand(draft, inputs);
  }

  /** Notes whose attempts an analyser hands on. */
  #hand(draft: Draft, inputs: readonly Edge[]): void {
    const sources = new Set<string>();
    let depth = 0;
    for (const { from, topic } of inputs) {
      const before = this.#byId.get(from);
      const handed = before === undefined ? undefined : this.#handed.get(before);
      if (topic !== 'attempt' || handed === undefined) continue;
      for (const source of handed.sources) sources.add(source);
      depth = Math.max(depth, handed.depth + 1);
    }
    if (sources.size > 0) this.#handed.set(draft, { id: draft.id, sources, depth });
  }

  #tellUnknown(name: string, span: Span): void {
    const known = [...this.#sources, ...this.#analysers].map((draft) => draft.id);
    const best = nearest(name, [...known, ...PLURALS.keys()]);
    const hint =
      best === null
        ? `there is: ${[...known, ...PLURALS.keys()].join(', ')}`
        : `did you mean '${best}'?`;
    this.#log.error('unknown-component', span, `nothing here is called '${name}'`, hint);
  }

  #tellUnread(draft: Draft, wishes: readonly Wish[]): void {
    const taken = reads(draft);
    if (taken === null) return;
    for (const { topic, span } of wishes.filter((wish) => wish.written)) {
      if (taken.includes(topic)) continue;
      const message = `'${draft.id}' reads ${listed(taken)}, no ${topic}s`;
      this.#log.error('useless-edge', span, message);
    }
    const usual = wishes.filter((wish) => !wish.written);
    if (usual.length > 0 && !usual.some((wish) => taken.includes(wish.topic))) {
      const message = `'${draft.id}' reads ${listed(taken)}, no ${usual.map((w) => `${w.topic}s`).join(' or ')}`;
      this.#log.error('useless-edge', draft.span, message, "say in 'from' what it is to get");
    }
  }

  #tellCircle(circle: readonly Draft[]): void {
    const [first] = circle;
    const last = circle[circle.length - 1];
    const reference = first.from?.find((r) => r.name === last.id) ?? first.from?.[0];
    const way = [...circle, first].map((draft) => draft.id).join(' -> ');
    this.#log.error('cycle', reference?.span ?? first.span, `data would run in a circle: ${way}`);
  }

  /** What works, and is hardly meant. */
  #tellDoubts(): void {
    const read = new Set<string>();
    for (const [draft, inputs] of this.#inputs) {
      for (const { from, topic } of inputs) {
        // Whoever takes all notices gets those of each source: that alone is no use made of one.
        if (topic !== 'notice' || this.#byId.get(from)?.kind !== 'source') read.add(from);
      }
      this.#tellDoubled(draft, inputs);
    }
    for (const draft of [...this.#sources, ...this.#analysers]) {
      if (draft.standard || read.has(draft.id)) continue;
      const hint = "name it in the 'from' of what is to read it, or take it out";
      this.#log.warning('unused', draft.span, `nobody reads '${draft.id}'`, hint);
    }
    if (this.#analysers.some((draft) => draft.standard)) return;
    for (const [draft, { wishes }] of this.#wants) {
      for (const { topic, span } of wishes.filter((wish) => wish.written)) {
        if (this.#inputs.get(draft)?.some((edge) => edge.topic === topic) === true) continue;
        const message = `no analyser here gives ${topic}s: '${draft.id}' will get none`;
        this.#log.warning('silent-topic', span, message);
      }
    }
  }

  #tellDoubled(draft: Draft, inputs: readonly Edge[]): void {
    const by = new Map<string, string>();
    for (const { from, topic } of inputs) {
      const other = this.#byId.get(from);
      if (topic !== 'attempt' || other === undefined) continue;
      for (const source of this.#handed.get(other)?.sources ?? []) {
        const first = by.get(source);
        if (first !== undefined) {
          const message = `'${draft.id}' gets the attempts of '${source}' twice, from '${first}' and from '${from}'`;
          const span = draft.from?.find((reference) => reference.name === from)?.span ?? draft.span;
          this.#log.warning('doubled-attempts', span, message, 'name the last analyser on the way');
          return;
        }
        by.set(source, from);
      }
    }
  }
}
