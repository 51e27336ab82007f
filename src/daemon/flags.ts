/** Options that all commands share that ask the running daemon. */
import { userInfo } from 'node:os';
import { Flags } from '@oclif/core';

/** Which daemon. */
export const daemonFlags = {
  config: Flags.string({
    char: 'c',
    helpValue: 'FILE',
    exclusive: ['admin'],
    description: "the daemon's configuration",
  }),
  admin: Flags.string({
    helpValue: 'ADDRESS',
    description: 'unix:PATH, or a loopback address and port',
  }),
};

/** For people, or for programs. */
export const formatFlag = {
  format: Flags.string({
    options: ['text', 'json'],
    default: 'text',
    description: 'text for people, json for programs',
  }),
};

/** Who says it, and why. */
export const voiceFlags = {
  comment: Flags.string({ default: '', helpValue: 'TEXT', description: 'why, for others' }),
  by: Flags.string({
    helpValue: 'NAME',
    description: 'who says so; left out, the name you are logged in by',
  }),
};

/** What a command says that got neither. */
export const WHICH_DAEMON =
  'name the configuration, or the address: --config FILE or --admin ADDRESS';

/** Who runs the command, also behind sudo; its number where there is no name. */
export function loginName(env: NodeJS.ProcessEnv): string {
  if (env['SUDO_USER'] !== undefined && env['SUDO_USER'] !== '') return env['SUDO_USER'];
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
}
