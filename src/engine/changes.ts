/** What differs between two configurations, and so what a reload stops and starts. */
import { isDeepStrictEqual } from 'node:util';
import type { ResolvedComponent, ResolvedConfig } from '../config/resolved.ts';

/** The same plugin with the same options: its state is worth keeping. What it reads may differ. */
export function isSameComponent(a: ResolvedComponent, b: ResolvedComponent): boolean {
  return a.id === b.id && a.definition === b.definition && isDeepStrictEqual(a.options, b.options);
}

/** By id. */
export interface Changes {
  readonly kept: readonly string[];
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Of those that are kept: they were given up, and begin anew. */
  readonly retried: readonly string[];
}

function componentsOf({ sources, analysers, sinks }: ResolvedConfig): ResolvedComponent[] {
  return [...sources, ...analysers, ...sinks];
}

export function changesBetween(before: ResolvedConfig, after: ResolvedConfig): Changes {
  const old = new Map(componentsOf(before).map((component) => [component.id, component]));
  const kept: string[] = [];
  const changed: string[] = [];
  const added: string[] = [];
  for (const component of componentsOf(after)) {
    const was = old.get(component.id);
    if (was === undefined) added.push(component.id);
    else (isSameComponent(was, component) ? kept : changed).push(component.id);
    old.delete(component.id);
  }
  return { kept, changed, added, removed: [...old.keys()], retried: [] };
}
