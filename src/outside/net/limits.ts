/** Bounds of the connections that the daemon holds for a plugin. */
export interface Limits {
  /** Under way at a time. */
  readonly links: number;
  /** Bytes of one connection, and one direction, that wait in the daemon. */
  readonly window: number;
  /** For the name, TCP and TLS together. */
  readonly connectMs: number;
  /** For the head of an answer to a request. */
  readonly answerMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  /** Openings at once, and a second after that. */
  readonly opensAtOnce: number;
  readonly opensASecond: number;
  /** Openings refused for that before it is ended. */
  readonly flood: number;
  /** Bytes that a plugin is given between two looks: the daemon's time is for packets. */
  readonly aLook: number;
}

export const LIMITS: Limits = {
  // More than any broker, database or mail server wants of one client; 32 MiB in all.
  links: 64,
  // What a path of 100 Mbit/s and 20 ms holds.
  window: 256 * 1024,
  connectMs: 10_000,
  answerMs: 60_000,
  // Keep-alives of MQTT, AMQP and NATS come each minute or two.
  idleMs: 5 * 60_000,
  // A request each is taken, too: some 200 us of the daemon's time.
  opensAtOnce: 500,
  opensASecond: 100,
  flood: 5000,
  // 40 MB a second, as looks are 50 ms apart.
  aLook: 2 * 1024 * 1024,
};

/** Longest of a host's name in DNS. */
export const NAME_MOST = 253;
export const URL_MOST = 8192;
/** Of a request: names and values together. */
export const HEADER_BYTES_MOST = 64 * 1024;
export const HEADERS_MOST = 256;
/** PEM texts of a wish for TLS together: some twenty certificates. */
export const PEM_MOST = 128 * 1024;
export const ALPN_MOST = 16;
