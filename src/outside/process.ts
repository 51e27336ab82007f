/** One process of a plugin: started, watched, ended. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import {
  frame,
  FRAME_MOST,
  frameHeader,
  FramingError,
  jsonFrame,
  KIND_JSON,
  KIND_NET,
  KIND_ROWS,
  Unframer,
} from './framing.ts';
import type { Frame } from './framing.ts';
import type { Grants } from './grants.ts';
import type { Heard, ToPlugin } from './messages.ts';
import { Broker } from './net/broker.ts';
import { netPart } from './net/wire.ts';
import { followOutput } from './output.ts';
import { asWhom, firstTurn, HOST } from './start.ts';
import type { PluginFiles } from './start.ts';

/** Memory is looked at so often: a plugin that takes 10 GB is ended some hundred MB beyond its bound. */
const LOOK_MS = 50;
const PING_MS = 500;
/** Pings that stay unanswered while messages of others were read: 2 s. */
const UNANSWERED_MOST = 4;
/** For Node to start twice, on a machine that may be busy; the plugin itself has not begun then. */
const BOOT_MS = 15_000;
/** What is taken of one plugin at once; then others have their turn. */
const TAKEN_AT_ONCE = 4 * 1024 * 1024;
/** What a message costs of that besides its bytes: many small ones take the daemon's time, too. */
const MESSAGE_COST = 512;
/** Of what it threw. */
const STACK_LINES_MOST = 40;
const PAGE_BYTES = 4096;
/** For its last words, once it was asked to end. */
const LAST_WORDS_MS = 500;

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

export interface Listener {
  message(message: Heard): void;
  /** Values of its counters and gauges: see MeterReadings. */
  meters(values: unknown): void;
  /** It printed a line. */
  printed(line: string): void;
  /** It was refused a connection, for this reason. */
  refused(why: string): void;
  /** A line of the stack of what it threw, before it is gone. */
  traced(line: string): void;
  /** It is gone. @param why what it did: `looped for 2 s` */
  gone(why: string): void;
}

export class PluginProcess {
  readonly #child: ChildProcess;
  readonly #socket: Duplex;
  readonly #unframer: Unframer;
  readonly #listener: Listener;
  readonly #memory: number;
  readonly #network: Broker;
  readonly #timers: NodeJS.Timeout[] = [];
  #unanswered = 0;
  /** Node runs, and listens. */
  #up = false;
  readonly #started = performance.now();
  /** Why it was ended, once it was. */
  #why = '';
  #gone = false;
  /** Bytes taken since the last look. */
  #taken = 0;

  /** @param most bytes of a message of its */
  constructor(files: PluginFiles, grants: Grants, listener: Listener, most = FRAME_MOST) {
    this.#unframer = new Unframer(most, [KIND_JSON, KIND_NET]);
    this.#listener = listener;
    this.#memory = grants.memory;
    const { args, env } = firstTurn(HOST, files, grants);
    this.#child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env,
      cwd: '/',
      // A terminal's Ctrl-C is for the daemon, which tells its plugins when to end.
      detached: true,
      ...asWhom(),
    });
    const [, out, err, socket] = this.#child.stdio;
    this.#socket = socket as Duplex;
    for (const stream of [out, err] as Readable[]) {
      followOutput(stream, (line) => listener.printed(line));
    }
    this.#socket.on('data', (chunk: Uint8Array) => this.#take(chunk));
    // How it ended says its exit.
    this.#socket.on('error', () => {});
    // It is also where a failed kill(2) is told: that process is not gone.
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined) this.#end(`can't be started: ${error.message}`);
      else listener.printed(`its process ${this.#child.pid} can't be ended: ${error.message}`);
    });
    this.#child.on('exit', (code, signal) => {
      // Its last words may still be on their way, or wait for their turn.
      this.#socket.resume();
      const timer = setTimeout(() => this.#exited(code, signal), LAST_WORDS_MS);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        this.#exited(code, signal);
      });
    });
    this.#network = new Broker(
      grants,
      {
        tell: (message) => this.send(message),
        bring: (id, bytes) => this.#bring(netPart(id, bytes)),
        waiting: () => this.waiting,
      },
      { refused: (why) => listener.refused(why), broke: (why) => this.kill(why) },
    );
    this.#timers.push(
      setInterval(() => this.#look(), LOOK_MS),
      setInterval(() => this.#ping(), PING_MS),
    );
  }

  /** Bytes that wait for the plugin to take them. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** @param rows of segments that belong to it; to be left alone until it is answered */
  send(message: ToPlugin, rows: Uint8Array | null = null): void {
    if (this.#gone || !this.#socket.writable) return;
    if (rows === null) {
      this.#socket.write(jsonFrame(message));
      return;
    }
    this.#socket.cork();
    this.#socket.write(frameHeader(KIND_ROWS, rows.length));
    this.#socket.write(rows);
    this.#socket.write(jsonFrame(message));
    this.#socket.uncork();
  }

  #bring(part: Uint8Array): void {
    if (!this.#gone && this.#socket.writable) this.#socket.write(frame(KIND_NET, part));
  }

  /** Ends it at once. */
  kill(why: string): void {
    if (this.#why === '') this.#why = why;
    this.#child.kill('SIGKILL');
  }

  /** Its work is done: it goes by itself, or is ended. */
  close(): void {
    if (this.#gone) return;
    this.#stopTimers();
    this.#gone = true;
    this.#network.close();
    this.#socket.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), LAST_WORDS_MS);
    this.#child.once('exit', () => clearTimeout(timer));
  }

  #take(chunk: Uint8Array): void {
    if (this.#gone || this.#why !== '') return;
    this.#unanswered = 0;
    this.#up = true;
    this.#taken += chunk.length;
    // What a plugin floods the socket with waits in its own memory.
    if (this.#taken > TAKEN_AT_ONCE) this.#socket.pause();
    try {
      for (const one of this.#unframer.take(chunk)) this.#message(one);
    } catch (error) {
      if (!(error instanceof FramingError || error instanceof SyntaxError)) throw error;
      this.kill(`sent what is no message (${error.message})`);
    }
  }

  #message({ kind, payload }: Frame): void {
    this.#taken += MESSAGE_COST;
    if (kind === KIND_NET) {
      this.#network.bytes(payload);
      return;
    }
    const message = JSON.parse(payload.toString()) as Heard | null;
    if (typeof message !== 'object' || message === null) throw new SyntaxError('no object');
    if (message['is'] === 'failed') this.#threw(message);
    else if (message['is'] === 'net') this.#network.message(message);
    else if (message['is'] === 'meters') this.#listener.meters(message['values']);
    else if (message['is'] !== 'pong') this.#listener.message(message);
  }

  #threw({ text, stack }: Heard): void {
    this.#why = `failed at ${String(text).slice(0, 500)}`;
    const lines = typeof stack === 'string' ? stack.split('\n') : [];
    for (const line of lines.slice(0, STACK_LINES_MOST)) this.#listener.traced(line);
  }

  #look(): void {
    this.#taken = 0;
    this.#socket.resume();
    this.#network.look();
    const bytes = this.#resident();
    if (bytes > this.#memory) {
      this.kill(`took ${mib(bytes)} of memory, and may have ${mib(this.#memory)} ('memory')`);
    }
  }

  /** RSS; 0 where the system doesn't say. */
  #resident(): number {
    try {
      const [, pages] = readFileSync(`/proc/${this.#child.pid}/statm`, 'latin1').split(' ');
      return Number(pages) * PAGE_BYTES;
    } catch {
      return 0;
    }
  }

  #ping(): void {
    if (!this.#up) {
      const late = performance.now() - this.#started > BOOT_MS;
      if (late) this.kill(`did not start within ${BOOT_MS / 1000} s`);
      return;
    }
    if (this.#unanswered >= UNANSWERED_MOST) {
      this.kill(
        `gave no sign for ${(UNANSWERED_MOST * PING_MS) / 1000} s: an endless loop, or work that is too long for one call`,
      );
      return;
    }
    this.#unanswered++;
    this.send({ is: 'ping' });
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal === null ? `ended itself with exit code ${code}` : `was ended by ${signal}`;
    this.#end(this.#why === '' ? how : this.#why);
  }

  #end(why: string): void {
    this.#stopTimers();
    this.#network.close();
    this.#socket.destroy();
    if (this.#gone) return;
    this.#gone = true;
    this.#listener.gone(why);
  }

  #stopTimers(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }
}
