/** A source from outside, on the daemon's side: each read is a question to its process. */
import type {
  CaptureDrops,
  CaptureInterface,
  FrameBatch,
  Source,
  SourceHost,
} from '../plugin/api.ts';
import { InputError } from '../plugin/api.ts';
import { Checked, Refusal } from '../plugin/checked.ts';
import { FrameCheck } from './frame-check.ts';
import { createMessage, reporterOf } from './instance.ts';
import type { Origin } from './instance.ts';
import type { Heard } from './messages.ts';
import { MeterReadings } from './meter-readings.ts';
import { PluginProcess } from './process.ts';
import type { Reporter } from './reporter.ts';

/** 1024 frames of 64 KiB each, as base64. */
const ANSWER_MOST = 96 * 1024 * 1024;

/**
 * It is not started again when it fails: a file would begin anew, and tell
 * everything twice. Then it is a source that failed, like any other.
 */
export class OutsideSource implements Source {
  readonly #host: SourceHost;
  readonly #process: PluginProcess;
  readonly #reporter: Reporter;
  readonly #checked: Checked;
  readonly #check = new FrameCheck();
  #asked: PromiseWithResolvers<Heard> | null = null;
  #failure: InputError | null = null;
  #progress: { readonly done: number; readonly total: number | null } | undefined;
  #drops: CaptureDrops = { received: 0, kernel: 0, interface: 0 };

  constructor(origin: Origin, options: object, host: SourceHost) {
    this.#host = host;
    const { declared, files, grants } = origin;
    this.#reporter = reporterOf(origin, host);
    this.#checked = new Checked(host.id, ['notice']);
    const readings = new MeterReadings(host);
    this.#process = new PluginProcess(
      files,
      grants,
      {
        message: (message) => this.#message(message),
        meters: (values) => {
          const wrong = readings.take(values);
          if (wrong !== null) this.#reporter.refused(wrong, 'meters');
        },
        printed: (line) => host.log('info', line),
        refused: (why) => this.#reporter.held(why),
        traced: (line) => host.log('debug', line),
        gone: (why) => this.#gone(`plugin ${declared.name} ${why}`),
      },
      ANSWER_MOST,
    );
    this.#process.send(createMessage(origin, host.id, options));
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.#check.interfaces;
  }

  async read(batch: FrameBatch): Promise<boolean> {
    if (this.#failure !== null) throw this.#failure;
    this.#asked = Promise.withResolvers<Heard>();
    this.#process.send({ is: 'read' });
    const answer = await this.#asked.promise;
    const wrong = this.#check.fill(batch, answer);
    if (wrong !== null) {
      this.#process.kill(`handed over what are no frames: ${wrong}`);
      throw new InputError(65, `handed over what are no frames: ${wrong}`);
    }
    const { done, total, received, kernel, interface: nic } = this.#check.counts(answer);
    if (done !== null) this.#progress = { done, total };
    this.#drops = { received: received ?? 0, kernel: kernel ?? 0, interface: nic ?? 0 };
    return answer['more'] === true;
  }

  progress(): { done: number; total: number | null } {
    return this.#progress ?? { done: 0, total: null };
  }

  drops(): CaptureDrops {
    return this.#drops;
  }

  close(): void {
    this.#reporter.closed();
    this.#process.close();
    this.#asked?.resolve({ more: false });
  }

  #message(message: Heard): void {
    switch (message['is']) {
      case 'ready':
        break;
      case 'frames':
        this.#asked?.resolve(message);
        this.#asked = null;
        break;
      case 'emit':
        this.#emit(message['messages']);
        break;
      case 'log':
        this.#reporter.logged(message);
        break;
      default:
        this.#process.kill('sent a message that there is not');
    }
  }

  #emit(messages: unknown): void {
    for (const message of Array.isArray(messages) ? (messages as readonly unknown[]) : []) {
      const checked = this.#checked.check(message);
      if (checked instanceof Refusal) {
        this.#host.log('warn', `a notice was refused: ${checked.message}`);
      } else if (checked.type === 'notice') this.#host.notice(checked);
    }
  }

  #gone(why: string): void {
    this.#failure = new InputError(65, why);
    this.#asked?.reject(this.#failure);
    this.#asked = null;
  }
}
