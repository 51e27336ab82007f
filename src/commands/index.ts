import type { Command } from '@oclif/core';

/** Loads a command's class; its heavy imports wait until it runs. */
export type CommandLoader = () => Promise<{ readonly default: Command.Class }>;

/** All commands by id (`plugin:new` for `unackd plugin new`). A file that isn't named here doesn't exist. */
export const commands: Readonly<Record<string, CommandLoader>> = {
  ack: () => import('./ack.ts'),
  attempts: () => import('./attempts.ts'),
  check: () => import('./check.ts'),
  completion: () => import('./completion.ts'),
  doctor: () => import('./doctor.ts'),
  explain: () => import('./explain.ts'),
  export: () => import('./export.ts'),
  incidents: () => import('./incidents.ts'),
  init: () => import('./init.ts'),
  interfaces: () => import('./interfaces.ts'),
  lab: () => import('./lab.ts'),
  'lab:part': () => import('./lab/part.ts'),
  list: () => import('./list.ts'),
  'plugin:check': () => import('./plugin/check.ts'),
  'plugin:list': () => import('./plugin/list.ts'),
  'plugin:new': () => import('./plugin/new.ts'),
  'plugin:part': () => import('./plugin/part.ts'),
  read: () => import('./read.ts'),
  run: () => import('./run.ts'),
  schema: () => import('./schema.ts'),
  'service:install': () => import('./service/install.ts'),
  'service:status': () => import('./service/status.ts'),
  'service:uninstall': () => import('./service/uninstall.ts'),
  silence: () => import('./silence.ts'),
  'silence:end': () => import('./silence/end.ts'),
  'silence:list': () => import('./silence/list.ts'),
  status: () => import('./status.ts'),
  test: () => import('./test.ts'),
  version: () => import('./version.ts'),
  watch: () => import('./watch.ts'),
};
