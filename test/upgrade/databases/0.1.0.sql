PRAGMA application_id = 1970168171;
PRAGMA user_version = 4;
CREATE TABLE attempts (
  time INTEGER NOT NULL,
  server_ip TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  client_ip TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  isn INTEGER NOT NULL,
  source TEXT NOT NULL,
  outcome TEXT NOT NULL,
  final INTEGER NOT NULL,
  syns INTEGER NOT NULL,
  syn_offsets TEXT NOT NULL,
  schedule_family TEXT,
  gave_up INTEGER NOT NULL,
  icmp_type INTEGER,
  icmp_code INTEGER,
  icmp_name TEXT,
  icmp_from TEXT,
  answered_after REAL,
  vantage TEXT NOT NULL,
  community_id TEXT NOT NULL,
  one_way INTEGER NOT NULL,
  inferred INTEGER NOT NULL,
  hidden_refusal INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY (time, server_ip, server_port, client_ip, client_port, isn, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_server ON attempts (server_ip, server_port, time);
CREATE INDEX attempts_by_outcome ON attempts (outcome, time);
CREATE TABLE endpoints (
  source TEXT NOT NULL,
  server_ip TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  established INTEGER NOT NULL,
  half_open INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  unresolved INTEGER NOT NULL,
  clients INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  causes TEXT NOT NULL,
  story TEXT NOT NULL,
  settle TEXT,
  PRIMARY KEY (server_ip, server_port, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE incidents (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  scope_kind TEXT NOT NULL,
  scope_ip TEXT,
  scope_port INTEGER,
  scope_prefix TEXT,
  started_at INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  resolved_at INTEGER,
  confidence REAL NOT NULL,
  causes TEXT NOT NULL,
  evidence TEXT NOT NULL,
  superseded_by TEXT
, silenced_by TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE notices (
  time INTEGER NOT NULL,
  code TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (time, code, text)
) STRICT, WITHOUT ROWID;
CREATE VIEW attempts_view AS SELECT
  strftime('%Y-%m-%dT%H:%M:%S', (time - ((time % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((time % 1000000 + 1000000) % 1000000)) AS time, client_ip, client_port, server_ip, server_port, isn, outcome, final, syns,
  syn_offsets, schedule_family, gave_up, icmp_name, icmp_from, answered_after, vantage, source,
  community_id, one_way, inferred
  FROM attempts;
CREATE VIEW endpoints_view AS SELECT
  source, server_ip, server_port, verdict, established, half_open, refused, rejected, unanswered, unresolved,
  clients, strftime('%Y-%m-%dT%H:%M:%S', (first - ((first % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((first % 1000000 + 1000000) % 1000000)) AS first, strftime('%Y-%m-%dT%H:%M:%S', (last - ((last % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((last % 1000000 + 1000000) % 1000000)) AS last, story, settle
  FROM endpoints;
CREATE VIEW notices_view AS SELECT strftime('%Y-%m-%dT%H:%M:%S', (time - ((time % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((time % 1000000 + 1000000) % 1000000)) AS time, code, text FROM notices;
CREATE TABLE outbox_messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE outbox_due (
  sink TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (sink, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due_by_seq ON outbox_due (seq);
CREATE TABLE outbox_cursors (
  sink TEXT NOT NULL PRIMARY KEY,
  taken INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox_refused (
  seq INTEGER NOT NULL,
  sink TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (seq, sink)
) STRICT, WITHOUT ROWID;
CREATE TABLE remembered (
  component TEXT NOT NULL,
  key TEXT NOT NULL,
  plugin TEXT NOT NULL,
  version INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (component, key)
) STRICT, WITHOUT ROWID;
CREATE VIEW incidents_view AS SELECT
  id, kind, state, scope_kind, coalesce(scope_prefix, scope_ip) AS scope, scope_port,
  strftime('%Y-%m-%dT%H:%M:%S', (started_at - ((started_at % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((started_at % 1000000 + 1000000) % 1000000)) AS started_at, strftime('%Y-%m-%dT%H:%M:%S', (detected_at - ((detected_at % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((detected_at % 1000000 + 1000000) % 1000000)) AS detected_at,
  strftime('%Y-%m-%dT%H:%M:%S', (resolved_at - ((resolved_at % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((resolved_at % 1000000 + 1000000) % 1000000)) AS resolved_at, confidence, superseded_by, silenced_by
  FROM incidents;
CREATE TABLE silences (
  id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE acknowledgements (
  incident TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  comment TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO attempts (time, server_ip, server_port, client_ip, client_port, isn, source, outcome, final, syns, syn_offsets, schedule_family, gave_up, icmp_type, icmp_code, icmp_name, icmp_from, answered_after, vantage, community_id, one_way, inferred, hidden_refusal, updated)
  VALUES (1704096085203093, '127.0.0.1', 8000, '127.0.0.1', 46098, 890605329, 'hidden', 'unanswered', 1, 2, '[0,1.021475]', 'linux-exponential', 0, NULL, NULL, NULL, NULL, NULL, 'both', '1:WobtmzRljqCFaEehVawZNUZIWhI=', 0, 0, 1, 1704096086224568);
INSERT INTO attempts (time, server_ip, server_port, client_ip, client_port, isn, source, outcome, final, syns, syn_offsets, schedule_family, gave_up, icmp_type, icmp_code, icmp_name, icmp_from, answered_after, vantage, community_id, one_way, inferred, hidden_refusal, updated)
  VALUES (1790000000201034, '10.1.0.1', 8002, '10.2.0.2', 50055, 1877565052, 'outage', 'established', 1, 1, '[0]', NULL, 0, NULL, NULL, NULL, NULL, 0.01147, 'client', '1:gLfdsogUFd7xVFK+jcG5yO+RdWY=', 0, 0, 0, 1790000000212528);
INSERT INTO attempts (time, server_ip, server_port, client_ip, client_port, isn, source, outcome, final, syns, syn_offsets, schedule_family, gave_up, icmp_type, icmp_code, icmp_name, icmp_from, answered_after, vantage, community_id, one_way, inferred, hidden_refusal, updated)
  VALUES (1790000000417756, '10.1.0.1', 8002, '10.2.0.1', 58859, 1037459019, 'outage', 'established', 1, 1, '[0]', NULL, 0, NULL, NULL, NULL, NULL, 0.022875, 'client', '1:+pcMFaIPBbNsNiCRCASSEbNRj30=', 0, 0, 0, 1790000000440655);
INSERT INTO endpoints (source, server_ip, server_port, verdict, established, half_open, refused, rejected, unanswered, unresolved, clients, first, last, causes, story, settle)
  VALUES ('outage', '10.1.0.1', 443, 'healthy', 189, 0, 0, 0, 0, 0, 6, 1790000005168583, 1790000239363896, '[]', 'answers', NULL);
INSERT INTO endpoints (source, server_ip, server_port, verdict, established, half_open, refused, rejected, unanswered, unresolved, clients, first, last, causes, story, settle)
  VALUES ('outage', '10.1.0.1', 8000, 'lossy', 119, 0, 0, 0, 58, 0, 6, 1790000001019422, 1790000238567852, '[]', 'answers again: it swallowed SYNs from 14:14:21Z to 14:16:05Z (88 attempts of 6 clients); in all, 32 handshakes of 119 took more than one SYN and 58 never succeeded', NULL);
INSERT INTO endpoints (source, server_ip, server_port, verdict, established, half_open, refused, rejected, unanswered, unresolved, clients, first, last, causes, story, settle)
  VALUES ('outage', '10.1.0.1', 8002, 'healthy', 197, 0, 0, 0, 0, 0, 6, 1790000000201034, 1790000237090870, '[]', 'answers', NULL);
INSERT INTO incidents (id, kind, state, scope_kind, scope_ip, scope_port, scope_prefix, started_at, detected_at, resolved_at, confidence, causes, evidence, superseded_by, silenced_by)
  VALUES ('a692affd7f3cd7e9', 'black-hole', 'resolved', 'port', '10.1.0.1', 8000, NULL, 1790000061748170, 1790000064200000, 1790000165152005, 0.9999, '[{"cause":"dropped-at-server","probability":0.72,"because":["captured at the client: a lost SYN and a lost answer look the same","port 443 on the same host still answers","5 clients alike"]},{"cause":"lost-before-server","probability":0.12,"because":["captured at the client: a lost SYN and a lost answer look the same"]},{"cause":"accept-queue-full","probability":0.11,"because":["port 443 on the same host still answers"]},{"cause":"reply-lost","probability":0.03,"because":["captured at the client: a lost SYN and a lost answer look the same"]},{"cause":"refusal-hidden","probability":0.02,"because":[]}]', '{"syns":8,"attempts":5,"clients":5,"since":"2026-09-21T14:14:21.748170Z","last":"2026-09-21T14:14:23.871017Z","answered_before":41,"loss_rate":0.02,"log_likelihood":31.0299,"threshold":21.6418,"answering":{"ports":[443,8002],"hosts":0},"outage_seconds":103.404}', NULL, NULL);
INSERT INTO notices (time, code, text)
  VALUES (1704096086224568, 'hidden-refusal-suspected', '127.0.0.1:8000: 1 attempt of two SYNs 1.02 s apart and then nothing, with no ICMP anywhere in the capture: so does a Linux client whose refusal by ICMP the capture filter hid, though an application''s own time-out of 1 to 3 s looks alike; capture with "host 127.0.0.1 and (tcp port 8000 or icmp)" to tell');
INSERT INTO notices (time, code, text)
  VALUES (1795356712011000, 'filter-widened', '''filter'' (port 18099) lets no ICMP error pass; those are taken all the same, as refusals come by them');
INSERT INTO outbox_messages (seq, id, body)
  VALUES (1, 'msg_4237d6c1e2db1e3e267015c20fcf4521', '{"type":"notice","code":"filter-widened","time":1795356712011000,"text":"''filter'' (port 18099) lets no ICMP error pass; those are taken all the same, as refusals come by them"}');
INSERT INTO outbox_messages (seq, id, body)
  VALUES (2, 'msg_c1e69756d0a979a8dd2836f185b8f74e', '{"type":"incident","id":"a692affd7f3cd7e9","kind":"black-hole","state":"firing","scope":{"kind":"port","ip":"10.1.0.1","port":8000,"prefix":null},"started_at":1790000061748170,"detected_at":1790000064200000,"resolved_at":null,"confidence":0.9999,"causes":[{"cause":"dropped-at-server","probability":0.72,"because":["captured at the client: a lost SYN and a lost answer look the same","port 443 on the same host still answers","5 clients alike"]},{"cause":"lost-before-server","probability":0.12,"because":["captured at the client: a lost SYN and a lost answer look the same"]},{"cause":"accept-queue-full","probability":0.11,"because":["port 443 on the same host still answers"]},{"cause":"reply-lost","probability":0.03,"because":["captured at the client: a lost SYN and a lost answer look the same"]},{"cause":"refusal-hidden","probability":0.02,"because":[]}],"evidence":{"syns":8,"attempts":5,"clients":5,"since":"2026-09-21T14:14:21.748170Z","last":"2026-09-21T14:14:23.871017Z","answered_before":41,"loss_rate":0.02,"log_likelihood":31.0299,"threshold":21.6418,"answering":{"ports":[443,8002],"hosts":0}},"superseded_by":null}');
INSERT INTO outbox_messages (seq, id, body)
  VALUES (3, 'msg_9dcc9b15d7b043868e2c80f9ab381bea', '{"type":"incident","id":"a692affd7f3cd7e9","kind":"black-hole","state":"resolved","scope":{"kind":"port","ip":"10.1.0.1","port":8000,"prefix":null},"started_at":1790000061748170,"detected_at":1790000064200000,"resolved_at":1790000165152005,"confidence":0.9999,"causes":[{"cause":"dropped-at-server","probability":0.72,"because":["captured at the client: a lost SYN and a lost answer look the same","port 443 on the same host still answers","5 clients alike"]},{"cause":"lost-before-server","probability":0.12,"because":["captured at the client: a lost SYN and a lost answer look the same"]},{"cause":"accept-queue-full","probability":0.11,"because":["port 443 on the same host still answers"]},{"cause":"reply-lost","probability":0.03,"because":["captured at the client: a lost SYN and a lost answer look the same"]},{"cause":"refusal-hidden","probability":0.02,"because":[]}],"evidence":{"syns":8,"attempts":5,"clients":5,"since":"2026-09-21T14:14:21.748170Z","last":"2026-09-21T14:14:23.871017Z","answered_before":41,"loss_rate":0.02,"log_likelihood":31.0299,"threshold":21.6418,"answering":{"ports":[443,8002],"hosts":0},"outage_seconds":103.404},"superseded_by":null}');
INSERT INTO outbox_due (sink, seq)
  VALUES ('ops', 1);
INSERT INTO outbox_due (sink, seq)
  VALUES ('ops', 2);
INSERT INTO outbox_due (sink, seq)
  VALUES ('ops', 3);
INSERT INTO remembered (component, key, plugin, version, value)
  VALUES ('black-hole', 'capture', 'black-hole', 1, '{"handshakes":2.99850025,"missing":0}');
INSERT INTO remembered (component, key, plugin, version, value)
  VALUES ('black-hole', 'network 127.0.0.0/24', 'black-hole', 1, '{"syns":2.993,"lost":0,"again":{"syns":0,"lost":0}}');
INSERT INTO remembered (component, key, plugin, version, value)
  VALUES ('black-hole', 'port 127.0.0.1:18099', 'black-hole', 1, '{"key":139637976811187,"answers":3,"first":1795356714818492,"last":1795356715460131,"rejected":null,"loss":{"syns":2.993,"lost":0},"time":2409,"deviation":1280,"vantage":"both"}');
