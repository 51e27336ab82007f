/** YAML text to values with places; every fault that YAML itself or a variable can have is told here. */
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Alias, Document, Node, Pair, Scalar, YAMLError, YAMLMap, YAMLSeq } from 'yaml';
import { FaultLog, TOP } from './fault-log.ts';
import type { Span } from './fault-log.ts';
import type { ReadFile } from './secret-file.ts';
import { didYouMean } from './spelling.ts';
import { shown } from './value.ts';
import type { BrokenValue, Entry, MapValue, Value } from './value.ts';
import { fillIn } from './variables.ts';
import type { Environment } from './variables.ts';

/** A configuration is four levels deep; the bound keeps the stack safe from hostile text. */
const DEEPEST = 32;

/** A broken bracket makes yaml complain about each line after it: the first ones tell. */
const MOST_SYNTAX_FAULTS = 20;

/**
 * Parses `text`. `null` where there is nothing to go on with: faults of syntax,
 * or no content at all; `log` has been told.
 */
export function parseValues(
  text: string,
  environment: Environment,
  read: ReadFile,
  log: FaultLog,
): Value | null {
  let document: Document.Parsed;
  try {
    // 'error' and not 'silent': silent also hides that there are several documents.
    document = parseDocument(text, {
      prettyErrors: false,
      uniqueKeys: false,
      merge: true,
      logLevel: 'error',
    });
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    log.error('yaml-syntax', TOP, `YAML gives up: ${what}`);
    return null;
  }
  for (const fault of telling(document.errors, log)) tellSyntax(fault, text, log);
  for (const { pos, message } of document.warnings.slice(0, MOST_SYNTAX_FAULTS)) {
    log.warning('yaml-syntax', { start: pos[0], end: pos[1] }, sentence(message));
  }
  if (document.errors.length > 0) return null;
  const root: Node | null = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) {
    log.error(
      'empty-file',
      TOP,
      'there is nothing in this file',
      'a configuration has sources (where packets come from) and sinks (where results go)',
    );
    return null;
  }
  return new Reader(text, environment, read, log).value(root, TOP, 0);
}

/**
 * Leaves out the mere consequences: what else is wrong in a line, and the rest
 * of the text once the parser has lost the document ("in YAML stream").
 */
function telling(errors: readonly YAMLError[], log: FaultLog): YAMLError[] {
  const lost = errors.findIndex((fault, at) => at > 0 && fault.message.includes('in YAML stream'));
  const lines = new Set<number>();
  const first = errors.slice(0, lost === -1 ? MOST_SYNTAX_FAULTS : lost).filter(({ pos }) => {
    const line = log.lineOf(pos[0]);
    return !lines.has(line) && lines.add(line);
  });
  return first.slice(0, MOST_SYNTAX_FAULTS);
}

function tellSyntax({ code, pos, message }: YAMLError, text: string, log: FaultLog): void {
  const span = { start: pos[0], end: pos[1] };
  if (code === 'MULTIPLE_DOCS') {
    const what = 'a second document begins, and a configuration is one';
    log.error('yaml-syntax', span, what, "take out the '---'");
  } else if (code === 'RESOURCE_EXHAUSTION') {
    log.error('too-deep', span, 'lists or maps within each other too deep to follow');
  } else {
    log.error('yaml-syntax', span, sentence(message), syntaxHint(text, pos[0]));
  }
}

/** yaml's messages, in the form of ours: one line, no full stop. */
function sentence(message: string): string {
  return message.replaceAll(/\s+/g, ' ').replace(/[.:]$/, '');
}

function syntaxHint(text: string, offset: number): string | null {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end === -1 ? undefined : end);
  if (line.includes('${')) return 'within { } and [ ], put a value with ${ in quotes';
  if (/^ *\t/.test(line)) return 'indent with spaces: YAML takes no tabs there';
  if (/^\s*\[[0-9a-f:.]+\]/i.test(line)) return 'put a key that begins with [ in quotes';
  return null;
}

function spanOf(node: Node | null, otherwise: Span): Span {
  const range = node?.range;
  if (range === undefined || range === null || range[0] === range[1]) return otherwise;
  return { start: range[0], end: range[1] };
}

/** One pass over the nodes, in the order of the text, as anchors are meant. */
class Reader {
  readonly #text: string;
  readonly #environment: Environment;
  readonly #read: ReadFile;
  readonly #log: FaultLog;
  /** An anchor's value; `null` while it is being read, that is within itself. */
  readonly #anchors = new Map<string, Value | null>();

  constructor(text: string, environment: Environment, read: ReadFile, log: FaultLog) {
    this.#text = text;
    this.#environment = environment;
    this.#read = read;
    this.#log = log;
  }

  /** @param place where to tell faults of a node that takes no room, such as an empty value */
  value(node: Node | null, place: Span, depth: number): Value {
    if (isAlias(node)) return this.#alias(node, place);
    const span = spanOf(node, place);
    const anchor = node?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, null);
    const value = this.#plain(node, span, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, value);
    return value;
  }

  #plain(node: Node | null, span: Span, depth: number): Value {
    if (depth > DEEPEST)
      return this.#broken(span, 'too-deep', `lists or maps over ${DEEPEST} levels deep`);
    if (isMap(node)) return this.#map(node, span, depth);
    if (isSeq(node)) return this.#list(node, span, depth);
    if (isScalar(node)) return this.#scalar(node, span);
    return { kind: 'scalar', value: null, span, written: '', fromVariable: false };
  }

  #broken(span: Span, code: string, message: string, hint: string | null = null): BrokenValue {
    this.#log.error(code, span, message, hint);
    return { kind: 'broken', span };
  }

  #alias(node: Alias, place: Span): Value {
    const span = spanOf(node, place);
    const value = this.#anchors.get(node.source);
    if (value === undefined) {
      const glob = `a value that begins with * needs quotes: "*${node.source}"`;
      const hint = didYouMean(`*${node.source}`, this.#names(), 'anchors');
      return this.#broken(
        span,
        'unknown-anchor',
        `no anchor &${node.source} comes before`,
        this.#anchors.size === 0 ? glob : hint,
      );
    }
    if (value === null) {
      return this.#broken(span, 'unknown-anchor', `*${node.source} is part of what it names`);
    }
    return value;
  }

  #names(): string[] {
    return Array.from(this.#anchors.keys(), (name) => `*${name}`);
  }

  #list(node: YAMLSeq, span: Span, depth: number): Value {
    const items = node.items.map((item) => this.value(item as Node | null, span, depth + 1));
    return { kind: 'list', items, span };
  }

  #map(node: YAMLMap, span: Span, depth: number): Value {
    const entries = new Map<string, Entry>();
    let partial = false;
    const merged: MapValue[] = [];
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const keySpan = spanOf(pair.key, span);
      if (isScalar(pair.key) && typeof pair.key.value === 'symbol') {
        const value = this.value(pair.value, keySpan, depth + 1);
        const maps = this.#mergeable(value);
        partial ||= maps.length === 0 || maps.some((map) => map.partial);
        merged.push(...maps);
        continue;
      }
      const key = this.#key(pair.key, keySpan);
      const value = this.value(pair.value, keySpan, depth + 1);
      partial ||= key === null;
      if (key === null) continue;
      const first = entries.get(key);
      if (first !== undefined) {
        const line = this.#log.lineOf(first.keySpan.start);
        const message = `'${key}' is there twice, first in line ${line}`;
        this.#log.error('duplicate-key', keySpan, message);
        continue;
      }
      entries.set(key, { key, keySpan, value });
    }
    for (const map of merged) {
      for (const entry of map.entries.values()) {
        if (!entries.has(entry.key)) entries.set(entry.key, entry);
      }
    }
    return { kind: 'map', entries, partial, span };
  }

  #key(node: Node | null, span: Span): string | null {
    if (isScalar(node) && typeof node.value === 'string') return node.value;
    if (isScalar(node) && node.source !== undefined && node.source !== '') return node.source;
    this.#log.error('wrong-type', span, 'a key must be a plain word', 'put it in quotes');
    return null;
  }

  /** What `<<` brings: a map, or several of which the first wins. */
  #mergeable(value: Value): MapValue[] {
    if (value.kind === 'map') return [value];
    if (value.kind === 'list') return value.items.flatMap((item) => this.#mergeable(item));
    if (value.kind === 'scalar') {
      this.#log.error('wrong-type', value.span, `<< takes in a map, not ${shown(value)}`);
    }
    return [];
  }

  #scalar(node: Scalar, span: Span): Value {
    const raw = this.#text.slice(span.start, span.end);
    const { value } = node;
    if (typeof value !== 'string') {
      const known = typeof value === 'number' || typeof value === 'boolean' || value === null;
      if (!known)
        return this.#broken(span, 'wrong-type', `YAML's ${node.tag ?? 'tag'} is no use here`);
      return { kind: 'scalar', value, span, written: raw, fromVariable: false };
    }
    const filled = fillIn(value, this.#environment, this.#read);
    let from = 0;
    for (const fault of filled.faults) {
      const at = raw.indexOf(fault.needle, from);
      const start = span.start + at;
      // In double quotes, escapes may spell the variable otherwise: then the whole value is the place.
      const place = at === -1 ? span : { start, end: start + fault.needle.length };
      if (at !== -1) from = at + fault.needle.length;
      this.#log.error(fault.code, place, fault.message, fault.hint);
    }
    if (filled.faults.length > 0) return { kind: 'broken', span };
    return { kind: 'scalar', value: filled.text, span, written: raw, fromVariable: filled.changed };
  }
}
