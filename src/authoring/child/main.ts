/** The process in which an author's plugin is checked; whatever it does, it does here. */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultOptions } from '../../config/defaults.ts';
import { bundled } from '../../engine/registry.ts';
import { messageOf, type Finding } from '../../plugin/conformance/finding.ts';
import { PLUGIN, type Feed } from '../../plugin/conformance/play.ts';
import { conformance } from '../../plugin/conformance/suite.ts';
import type { SourceDefinition } from '../../plugin/api.ts';
import type { CheckOrder } from '../messages.ts';
import { placedError, placeOf, propertyPlace, type Place } from '../../plugin/place.ts';
import { offerApi } from './api-hook.ts';
import { say } from './channel.ts';
import { testFindings } from './tests.ts';

/** Stacks go through the suite and the engine before they reach the plugin. */
const STACK_FRAMES = 60;
const ALIVE_MS = 500;

function placeIn(finding: Finding, file: string): Place | null {
  const { error, property } = finding;
  const place = error === undefined ? null : placeOf(error, file);
  if (place !== null) return place;
  return property === undefined ? null : propertyPlace(file, property);
}

function tell(finding: Finding, file: string): void {
  const { rule, result, text, told } = finding;
  const place = result === 'broken' ? placeIn(finding, file) : null;
  say({ is: 'finding', finding: { rule, result, text, place, ...(told && { told }) } });
}

async function load(file: string): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  return module.default;
}

function feedOf(captures: readonly string[]): Feed | undefined {
  if (captures.length === 0) return undefined;
  const definition = bundled.find('source', 'pcap') as SourceDefinition;
  return { definition, options: { ...defaultOptions(definition.options), path: captures } };
}

/** What the plugin itself logs; the rest of the pipeline is no business of its author. */
function log(id: string, level: string, text: string): void {
  if (id === PLUGIN) say({ is: 'log', level, text });
}

async function suite(order: CheckOrder): Promise<void> {
  const { file, options, scratch, captures, net } = order;
  say({ is: 'begins', what: 'loading the file' });
  let exported: unknown;
  try {
    exported = await load(file);
  } catch (error) {
    const found = placedError(error, file);
    const text = messageOf(found).split('\n', 1)[0];
    tell({ rule: 'loads', result: 'broken', text, error: found }, file);
    return;
  }
  say({ is: 'begins', what: 'the conformance suite' });
  const request = {
    found: exported,
    options,
    folder: scratch,
    home: dirname(file),
    capture: feedOf(captures),
    net,
    log,
  };
  for await (const finding of conformance(request)) {
    tell(finding, file);
    if (order.describeOnly === true) return;
  }
}

/** Does what the parent ordered. */
export async function checkHere(order: CheckOrder): Promise<void> {
  Error.stackTraceLimit = STACK_FRAMES;
  offerApi();
  const alive = setInterval(() => say({ is: 'alive' }), ALIVE_MS).unref();
  // Unreferenced: node:test ends when nothing else is to be waited for.
  try {
    await suite(order);
    if (order.tests.length > 0) {
      say({ is: 'begins', what: 'its tests' });
      for await (const finding of testFindings(order.tests)) tell(finding, order.file);
    }
    say({ is: 'done' });
  } finally {
    clearInterval(alive);
  }
}
