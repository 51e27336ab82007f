PRAGMA application_id = 1970168171;
PRAGMA user_version = 2;
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
) STRICT, WITHOUT ROWID;
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
CREATE VIEW incidents_view AS SELECT
  id, kind, state, scope_kind, coalesce(scope_prefix, scope_ip) AS scope, scope_port,
  strftime('%Y-%m-%dT%H:%M:%S', (started_at - ((started_at % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((started_at % 1000000 + 1000000) % 1000000)) AS started_at, strftime('%Y-%m-%dT%H:%M:%S', (detected_at - ((detected_at % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((detected_at % 1000000 + 1000000) % 1000000)) AS detected_at,
  strftime('%Y-%m-%dT%H:%M:%S', (resolved_at - ((resolved_at % 1000000 + 1000000) % 1000000)) / 1000000, 'unixepoch') || format('.%06dZ', ((resolved_at % 1000000 + 1000000) % 1000000)) AS resolved_at, confidence, superseded_by
  FROM incidents;
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
INSERT INTO notices (time, code, text)
  VALUES (1704096086224568, 'hidden-refusal-suspected', '127.0.0.1:8000: 1 attempt of two SYNs 1.02 s apart and then nothing, with no ICMP anywhere in the capture: so does a Linux client whose refusal by ICMP the capture filter hid, though an application''s own time-out of 1 to 3 s looks alike; capture with "host 127.0.0.1 and (tcp port 8000 or icmp)" to tell');
INSERT INTO outbox_messages (seq, id, body)
  VALUES (1, 'msg_3ebd6a5fc74ff4f07f9610fb657738b0', '{"type":"notice","code":"hidden-refusal-suspected","time":1704096086224568,"text":"127.0.0.1:8000: 1 attempt of two SYNs 1.02 s apart and then nothing, with no ICMP anywhere in the capture: so does a Linux client whose refusal by ICMP the capture filter hid, though an application''s own time-out of 1 to 3 s looks alike; capture with \"host 127.0.0.1 and (tcp port 8000 or icmp)\" to tell"}');
INSERT INTO outbox_due (sink, seq)
  VALUES ('ops', 1);
