/**
 * The shape of the database, as the steps that lead to it. A step that was released is never changed: what comes
 * later is a new step at the end. `PRAGMA user_version` counts the steps that a file has taken.
 *
 * Times are milliseconds since the epoch.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- Inbound messages that were taken, so that a redelivery is told from a new message.
  CREATE TABLE seen (
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX seen_at ON seen (at);

  CREATE TABLE incidents (
    id INTEGER PRIMARY KEY,
    gateway TEXT NOT NULL,
    link TEXT,
    opened_at INTEGER NOT NULL,
    since INTEGER NOT NULL,
    closed_at INTEGER,
    well_since INTEGER,
    told TEXT NOT NULL,
    verdict TEXT NOT NULL,    -- JSON
    treatments TEXT NOT NULL  -- JSON
  ) STRICT;
  CREATE UNIQUE INDEX incidents_open ON incidents (gateway, ifnull(link, '')) WHERE closed_at IS NULL;

  -- Lifeline's own restarts, for the budget. Written before the restart is carried out.
  CREATE TABLE restarts (
    id INTEGER PRIMARY KEY,
    gateway TEXT NOT NULL,
    remedy TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT,
    ended_at INTEGER,
    detail TEXT
  ) STRICT;
  CREATE INDEX restarts_at ON restarts (gateway, at);

  -- One notice for one person. \`thread\` is the incident it tells of.
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    thread INTEGER NOT NULL,
    kind TEXT NOT NULL,
    person TEXT NOT NULL,
    message TEXT NOT NULL,    -- JSON
    at INTEGER NOT NULL,
    state TEXT NOT NULL,      -- open, failed, done
    retry_at INTEGER          -- when a failed one is tried again
  ) STRICT;
  CREATE INDEX outbox_unfinished ON outbox (id) WHERE state <> 'done';
  CREATE INDEX outbox_thread ON outbox (thread, person);

  -- The ways in which an entry of the outbox may reach its person, in the order of preference.
  CREATE TABLE deliveries (
    entry INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    key TEXT NOT NULL,        -- the same for every try
    state TEXT NOT NULL,      -- idle, open, sending, delivered, refused, dropped
    chosen_at INTEGER,
    next_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    unsure INTEGER NOT NULL DEFAULT 0,
    delivered_at INTEGER,
    detail TEXT,              -- the platform's message id, or why it was not delivered
    PRIMARY KEY (entry, channel)
  ) STRICT, WITHOUT ROWID;

  -- Every command, allowed or refused.
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    operator TEXT,
    command TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT
  ) STRICT;

  CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What the diagnosis knew of a gateway and how far its logs were read; both in one row, so that they agree.
  CREATE TABLE watch_memory (
    gateway TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    version INTEGER NOT NULL, -- of the state's shape
    state TEXT NOT NULL,      -- JSON
    cursors TEXT NOT NULL     -- JSON
  ) STRICT, WITHOUT ROWID;
  `,
];
