/** Tries what a plugin must not be able to do, at each last word on an attempt. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { defineAnalyser } from 'unackd';
import type { Attempt, Emit } from 'unackd';

type Say = (text: string) => void;

/** Each gives what it got hold of. */
const reaches: Readonly<Record<string, (target: string) => unknown>> = {
  read: (target) => readFileSync(target, 'utf8'),
  write: (target) => writeFileSync(target, 'x'),
  exec: () => spawnSync('id').output,
  kill: (target) => process.kill(Number(target === '' ? process.ppid : target), 'SIGTERM'),
  sqlite: (target) => new (process.getBuiltinModule('node:sqlite').DatabaseSync)(target),
  addon: (target) => process.dlopen({ exports: {} }, target),
  worker: () => new (process.getBuiltinModule('node:worker_threads').Worker)('1', { eval: true }),
  ffi: () => process.getBuiltinModule('node:ffi').dlopen(null, {}),
  become: () => process.execve?.('/usr/bin/id', ['id']),
};

function hoard(make: () => unknown): void {
  for (const all: unknown[] = []; ;) all.push(make());
}

const breaks: Readonly<Record<string, (say: Say, emit: Emit) => void>> = {
  loop: () => {
    for (;;);
  },
  memory: () => hoard(() => Buffer.alloc(64 * 1024 * 1024, 1)),
  heap: () => hoard(() => [1, 2, 3]),
  exit: () => process.exit(3),
  throw: () => {
    throw new TypeError('on purpose');
  },
  abort: () => process.abort(),
  flood: (say) => {
    for (let i = 0; i < 1e6; i++) say('more');
  },
  print: () => {
    for (let i = 0; i < 1000; i++) process.stdout.write(`line ${i}\n`);
  },
  garbage: () => {
    writeSync(3, Buffer.alloc(100, 255));
  },
  'no-json': () => {
    writeSync(3, Buffer.from([3, 0, 0, 0, 0, 123, 123, 123]));
  },
  lie: (_say, emit) => {
    const tell = emit as (message: unknown) => void;
    tell({ type: 'notice', code: 'Not A Code', time: 1, text: 'x' });
    tell({ type: 'incident', id: 'x', state: 'resolved' });
    tell(null);
    tell('notice');
    tell(
      JSON.parse(
        '{"type":"notice","code":"odd","time":1,"text":"\\u001b[2J kept","__proto__":{"evil":1},"constructor":1}',
      ),
    );
  },
};

function attack(how: string, target: string, attempt: Attempt, emit: Emit): void {
  const say: Say = (text) => emit({ type: 'notice', code: 'attack', time: attempt.at, text });
  if (how === 'connect') {
    const socket = connect(Number(target), '127.0.0.1', () => say(`${how} SUCCEEDED`));
    socket.once('error', (error) => say(`${how} held: ${error.message}`));
  } else if (Object.hasOwn(reaches, how)) {
    try {
      say(`${how} SUCCEEDED: ${String(reaches[how](target))}`);
    } catch (error) {
      say(`${how} held: ${(error as Error).message}`);
    }
  } else {
    breaks[how](say, emit);
  }
}

export default defineAnalyser({
  api: 1,
  name: 'attack',
  doc: 'Tries what it must not be able to do.',
  reads: ['attempt'],
  emits: ['notice'],
  options: {
    how: { type: 'string', doc: 'What to try.' },
    target: { type: 'string', default: '', doc: 'On what.' },
  },
  create: ({ how, target }, _host, emit) => ({
    attempt(attempt) {
      if (attempt.final) attack(how, target, attempt, emit);
      return undefined;
    },
  }),
});
