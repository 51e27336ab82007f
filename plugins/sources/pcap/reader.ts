import { basename } from 'node:path';
import { FILE_HEADER, InputError, readFileHeader } from 'unackd';
import type { CaptureInterface, FrameBatch, RecordBlock } from 'unackd';
import type { Fault, Feed } from './feed.ts';
import { recognise } from './foreign.ts';
import { InflateFeed } from './inflate.ts';
import { compressionOf, formatOf, MAGIC_LENGTH } from './magic.ts';
import { displayName } from './open.ts';
import type { FrameParser } from './parser.ts';
import { PcapParser } from './pcap-parser.ts';
import { PcapngParser } from './pcapng-parser.ts';
import { SCAN_LIMIT } from './resync.ts';
import { CHUNK, Window } from './window.ts';

/** Tells people something about a file. */
export type Say = (code: string, time: number, text: string) => void;

/** Damaged stretches told one by one; the others are added up at the end. */
const TOLD_SINGLY = 10;

/** Past this many damaged stretches a file is given up: it is no capture any more. */
const MAX_DAMAGES = 1000;

/** One capture, from its first byte to its last, whatever its format and compression. */
export class CaptureReader {
  readonly #path: string;
  readonly #name: string;
  readonly #interfaces: CaptureInterface[];
  readonly #say: Say;
  #feed: Feed;
  #window: Window;
  #compressed = false;
  #parser: FrameParser | null = null;
  #need = MAGIC_LENGTH;
  #frames = 0;
  #lastTime = 0;
  /** Where the present damage begins; -1 while there is none. */
  #damagedAt = -1;
  #damages = 0;
  #skipped = 0;
  #over = false;
  /** Records that the reader has. */
  #lent: RecordBlock | null = null;

  /**
   * @param interfaces shared by all captures of a source; grows
   * @param chunk bytes read at once
   */
  constructor(
    path: string,
    feed: Feed,
    interfaces: CaptureInterface[],
    say: Say,
    chunk: number = CHUNK,
  ) {
    this.#path = path;
    this.#name = displayName(path);
    this.#feed = feed;
    this.#interfaces = interfaces;
    this.#say = say;
    this.#window = new Window(chunk);
  }

  /** Bytes taken from the file, compressed ones where it is compressed. */
  get taken(): number {
    return this.#feed.taken;
  }

  /**
   * Fills the batch with at least one frame, or says with false that the
   * capture is over. The frames stay in place until the next call.
   *
   * @throws InputError 65 where the file is no capture, 66 where it can't be read
   */
  read(batch: FrameBatch): boolean | Promise<boolean> {
    batch.count = 0;
    if (this.#lent !== null) this.#takeBack(this.#lent);
    for (;;) {
      const step = this.#step(batch);
      if (step !== 'fill') return step === 'frames';
      const filling = this.#feed.fill(this.#window, this.#need);
      if (filling !== undefined) return this.#readOn(batch, filling);
    }
  }

  close(): void {
    this.#over = true;
    this.#feed.close();
  }

  async #readOn(batch: FrameBatch, filling: Promise<void>): Promise<boolean> {
    await filling;
    for (;;) {
      const step = this.#step(batch);
      if (step !== 'fill') return step === 'frames';
      await this.#feed.fill(this.#window, this.#need);
    }
  }

  #takeBack(records: RecordBlock): void {
    this.#lent = null;
    this.#parser?.takeBack?.(this.#window, records);
    records.giveBack();
    if (records.frames === 0) return;
    this.#frames += records.frames;
    this.#lastTime = records.lastTime;
  }

  /** Goes on as far as the bytes in memory allow. */
  #step(batch: FrameBatch): 'frames' | 'fill' | 'end' {
    if (this.#over) return 'end';
    this.#parser ??= this.#begin();
    if (this.#parser === null) return this.#over ? 'end' : 'fill';
    const parser = this.#parser;
    const window = this.#window;
    for (;;) {
      if (this.#damagedAt >= 0) {
        const found = parser.resync(window);
        if (found === 'short' && !window.ended) {
          this.#need = parser.need;
          return 'fill';
        }
        if (!this.#foundAgain(found === 'found', parser.fault)) return this.#end(parser);
      }
      const state = parser.parse(window, batch);
      if (state === 'lent') {
        this.#lent = batch.records;
        return 'frames';
      }
      if (batch.count > 0) {
        this.#frames += batch.count;
        this.#lastTime = batch.time[batch.count - 1];
        return 'frames';
      }
      if (state === 'damaged') {
        if (window.position === 0) throw this.#noCapture(`${parser.fault} at its beginning`);
        this.#damagedAt = window.position;
      } else if (window.ended) {
        const at = window.position;
        if (!parser.passOver(window)) return this.#end(parser);
        this.#damagedAt = at;
        if (!this.#foundAgain(true, parser.fault)) return this.#end(parser);
      } else {
        this.#need = parser.need;
        return 'fill';
      }
    }
  }

  /** Finds out what the file is; `null` while its beginning isn't there yet, or when there is nothing in it. */
  #begin(): FrameParser | null {
    const window = this.#window;
    if (window.length < MAGIC_LENGTH && !window.ended) return null;
    const bytes = window.buffer.subarray(window.start, window.end);
    const compression = compressionOf(bytes);
    if (compression !== null && !this.#compressed) {
      this.#compressed = true;
      this.#feed = new InflateFeed(compression, this.#feed, window);
      this.#window = new Window();
      return null;
    }
    const format = formatOf(bytes);
    if (format === null) return this.#nothing(bytes);
    const fileName = basename(this.#name);
    if (format === 'pcapng') return new PcapngParser(fileName, this.#interfaces);
    if (window.length < FILE_HEADER) {
      this.#need = FILE_HEADER;
      return window.ended ? this.#nothing(bytes) : null;
    }
    const header = readFileHeader(window.view, window.start);
    if (header === null) return this.#nothing(bytes);
    if (!header.version.startsWith('2.')) {
      throw this.#noCapture(`looks like pcap, but of the unknown version ${header.version}`);
    }
    window.start += FILE_HEADER;
    this.#interfaces.push({
      name: fileName,
      linkType: header.linkType,
      filter: null,
      snapLength: header.snapLength,
      ...(header.fraction === 1_000_000_000 ? { finer: true } : {}),
    });
    return new PcapParser(header, this.#interfaces.length - 1);
  }

  /** There is no packet in it: says why, as a notice where the file was only cut off. */
  #nothing(bytes: Uint8Array): null {
    const fault = this.#feed.fault;
    const known = formatOf(bytes) !== null;
    if (fault?.kind === 'cut' && (known || bytes.length < MAGIC_LENGTH)) {
      return this.#cutBefore(fault.text);
    }
    if (fault?.kind === 'unreadable') {
      throw new InputError(66, `${this.#name}: can't be read: ${fault.text}`);
    }
    if (fault !== null) throw this.#noCapture(`${fault.text}, before any packet`);
    if (known) return this.#cutBefore('its file header is cut off');
    const inside = this.#compressed ? ' once decompressed' : '';
    if (bytes.length === 0) throw this.#noCapture(`is empty${inside}; nothing was captured to it`);
    const foreign = recognise(bytes);
    if (foreign === null) {
      const text = `is no capture file${inside} (pcap or pcapng, also gzip or zstd)`;
      throw this.#noCapture(
        `${text}; ${bytes.length < MAGIC_LENGTH ? 'it is too short' : 'see what it is with: file FILE'}`,
      );
    }
    throw this.#noCapture(`looks like ${foreign.looksLike}${inside}; ${foreign.advice}`);
  }

  #noCapture(text: string): InputError {
    return new InputError(65, `${this.#name}: ${text.replace('FILE', () => this.#path)}`);
  }

  #cutBefore(text: string): null {
    this.#over = true;
    this.#truncated(`${text}; there was no packet before that`);
    return null;
  }

  /** After damage: true to go on. */
  #foundAgain(found: boolean, why: string): boolean {
    const skipped = this.#window.position - this.#damagedAt;
    const where = `damaged at byte ${this.#damagedAt}${this.#unit()} (${why})`;
    this.#damages++;
    if (!found) {
      const text = `${where}, and nothing usable within ${SCAN_LIMIT >> 20} MiB after it; ${this.#used()}`;
      this.#truncated(text);
    } else {
      this.#skipped += skipped;
      if (this.#damages <= TOLD_SINGLY) {
        this.#truncated(`${where}; ${skipped} bytes were skipped; ${this.#used()}`);
      }
      this.#damagedAt = -1;
    }
    return found && this.#damages < MAX_DAMAGES;
  }

  #end(parser: FrameParser): 'end' {
    this.#over = true;
    const { ended, length, position } = this.#window;
    const lost = this.#damagedAt >= 0;
    if (this.#damages > TOLD_SINGLY) {
      const gaveUp = this.#damages >= MAX_DAMAGES ? '; the rest was left out' : '';
      this.#truncated(
        `damaged in ${this.#damages} places, ${this.#skipped} bytes were skipped${gaveUp}`,
      );
    }
    const fault: Fault | null = ended ? this.#feed.fault : null;
    if (fault !== null) this.#truncated(`${fault.text}; ${this.#used()}`);
    else if (ended && length > 0 && !lost) {
      this.#truncated(`cut off in the record at byte ${position}${this.#unit()}; ${this.#used()}`);
    }
    for (const { code, text } of parser.remarks()) {
      this.#say(code, this.#lastTime, `${this.#name}: ${text}`);
    }
    return 'end';
  }

  #unit(): string {
    return this.#compressed ? ' of the decompressed data' : '';
  }

  #used(): string {
    const count = this.#frames === 1 ? '1 packet' : `${this.#frames} packets`;
    return `${count} before it ${this.#frames === 1 ? 'was' : 'were'} used`;
  }

  #truncated(text: string): void {
    this.#say('truncated-file', this.#lastTime, `${this.#name}: ${text}`);
  }
}
