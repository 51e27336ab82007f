/** What a sequence picture is drawn from. */
import type { Attempt, IcmpRefusal, Micros } from '../model/attempt.ts';

export type LadderKind = 'syn' | 'syn-ack' | 'ack' | 'data' | 'fin' | 'rst' | 'icmp';

export interface LadderPacket {
  readonly time: Micros;
  /** From the attempt's client towards its server; an ICMP error by where it goes, whoever sent it. */
  readonly fromClient: boolean;
  readonly kind: LadderKind;
  /** 0 to 2^32 - 1, `null` where unknown or without meaning. */
  readonly seq: number | null;
  readonly ack: number | null;
  /** Bytes of data. */
  readonly length: number;
  /** Which error and who sent it, of kind `icmp` only. */
  readonly icmp: IcmpRefusal | null;
  /** The same packet, captured once more. */
  readonly duplicate: boolean;
  /** A SYN's options as people write them: `mss 1460, sackOK, TS, wscale 7`; `''` where none. */
  readonly options: string;
}

export interface LadderHandshake {
  readonly attempt: Attempt;
  /** In capture order. */
  readonly packets: readonly LadderPacket[];
  /** Packets of this handshake that were not kept. */
  readonly dropped: number;
}
