/** `unackd plugin new`: a folder with a plugin that works, its test and its README. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileFault } from '../engine/registry.ts';
import { OutputError } from '../plugin/api.ts';
import { analyser } from './templates/analyser.ts';
import { sink } from './templates/sink.ts';
import { source } from './templates/source.ts';
import type { Template } from './templates/template.ts';

const TEMPLATES = { analyser, source, sink } as const;

export type PluginKind = keyof typeof TEMPLATES;

export const KINDS = Object.keys(TEMPLATES) as readonly PluginKind[];

/** As in a definition, and as `use` names it. */
export const NAME = /^[a-z][a-z0-9-]{0,63}$/u;

/** A folder and what is in it. */
export interface NewPlugin {
  readonly folder: string;
  /** Names within the folder. */
  readonly files: readonly string[];
  /** A configuration that uses it, from the folder that it lies in. */
  readonly configuration: string;
}

function packageText(name: string): string {
  const described = { name, private: true, type: 'module', main: `./${name}.ts` };
  return `${JSON.stringify(described, null, 2)}\n`;
}

function readmeText(name: string, { does, options, configuration }: Template): string {
  const rows = options.map(([option, usual, doc]) => {
    return `| \`${option}\` | \`${usual.replaceAll('${name}', name)}\` | ${doc} |\n`;
  });
  return `# ${name}

${does}

| option | default | |
| --- | --- | --- |
${rows.join('')}
In a configuration beside this folder:

\`\`\`yaml
${configuration(name)}\`\`\`

\`unackd plugin check ./${name}\` runs its tests and the suite that every plugin passes.
`;
}

/**
 * Writes a new plugin.
 * @param path the folder to make, whose last part is the plugin's name
 * @throws OutputError where something is there already, or can't be written
 */
export function newPlugin(path: string, kind: PluginKind): NewPlugin {
  const name = basename(path);
  if (existsSync(path)) {
    throw new OutputError(74, `${path} is there already: choose another name, or remove it first`);
  }
  const template = TEMPLATES[kind];
  const files: readonly (readonly [string, string])[] = [
    [`${name}.ts`, template.plugin(name)],
    [`${name}.test.ts`, template.test(name)],
    ...(template.files?.(name) ?? []),
    ['README.md', readmeText(name, template)],
    ['package.json', packageText(name)],
  ];
  let made = false;
  try {
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(path); // not recursive: that calls a read-only disk a folder that is not there
    made = true;
    for (const [file, text] of files) writeFileSync(join(path, file), text, { flag: 'wx' });
  } catch (error) {
    // A half of it would only be in the way of the next try.
    if (made) rmSync(path, { recursive: true, force: true });
    throw fileFault(path, error);
  }
  return {
    folder: path,
    files: files.map(([file]) => file),
    configuration: template.configuration(name),
  };
}
