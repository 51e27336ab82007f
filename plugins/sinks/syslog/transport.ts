/** A way to a syslog receiver. */
export interface Transport {
  /** Bytes of a message at most; over that it is cut. */
  readonly most: number;
  /**
   * Returns when as much is known of the message's arrival as can be known.
   * @throws RetryLater
   */
  send(bytes: Buffer, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
