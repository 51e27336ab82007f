/** What the command line of `watch` asks for. */
export interface WatchRequest {
  /** Of interfaces; empty where files are played. */
  readonly interfaces: readonly string[];
  /** In libpcap's language. */
  readonly filter: string | undefined;
  /** Capture files to play; empty for live capture. */
  readonly files: readonly string[];
  /** 1 as they were recorded, 0 as fast as it goes. */
  readonly speed: number;
  readonly format: 'text' | 'jsonl';
  /** Analysers of the user's own: ids in the configuration, or paths. */
  readonly analysers: readonly string[];
  /** A configuration, for its names of endpoints, and such analysers. */
  readonly config: string | undefined;
}
