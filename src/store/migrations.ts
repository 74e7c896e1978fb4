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
  `
  -- A treatment as it stands, so that another Lifeline can take it up, and the message in which it is shown.
  ALTER TABLE restarts ADD COLUMN record TEXT NOT NULL DEFAULT '{}'; -- JSON
  ALTER TABLE restarts ADD COLUMN progress TEXT;                     -- JSON

  -- How long the gateway's own starts took, whoever made them.
  CREATE TABLE startups (
    gateway TEXT NOT NULL,
    pid INTEGER NOT NULL,
    start_time INTEGER NOT NULL,
    at INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    PRIMARY KEY (gateway, pid, start_time)
  ) STRICT, WITHOUT ROWID;

  -- Where an answer belongs that goes through the outbox: the group, the message that asked.
  ALTER TABLE deliveries ADD COLUMN place TEXT; -- JSON
  -- What the operator must do on the platform that refused it.
  ALTER TABLE deliveries ADD COLUMN fix TEXT;

  -- What a tap on a button stands for. \`token\` is all that the platform ever sees of it.
  CREATE TABLE buttons (
    token TEXT PRIMARY KEY,
    message TEXT NOT NULL,    -- the delivery's key
    place INTEGER NOT NULL,   -- its place in the message
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    command TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    pressed_at INTEGER,
    UNIQUE (message, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX buttons_expires ON buttons (expires_at);
  `,
  `
  -- The QQ channel. \`app\` is the bot's id. The gateway session, for a Resume after a quick restart.
  CREATE TABLE qq_sessions (
    app TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    seq INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    alive_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Whether the bot may write to a person unasked.
  CREATE TABLE qq_people (
    app TEXT NOT NULL,
    user TEXT NOT NULL,
    push TEXT NOT NULL,         -- yes, or what the person must do first
    refused_at INTEGER,         -- when QQ last said no
    switched_at INTEGER,        -- when the person last changed it, by QQ's clock
    last_message_at INTEGER,
    wakeup INTEGER NOT NULL DEFAULT -1, -- the last period since that message whose recall message is spent
    PRIMARY KEY (app, user)
  ) STRICT, WITHOUT ROWID;

  -- What may be answered: messages and events that came in.
  CREATE TABLE qq_tickets (
    app TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,         -- message, event
    chat TEXT NOT NULL,         -- user:OPENID or group:OPENID
    inner_id TEXT,              -- of a tap: the id under which the command bus knows it
    at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (app, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX qq_tickets_chat ON qq_tickets (app, chat, at);

  -- Messages sent unasked, for the quotas.
  CREATE TABLE qq_pushes (
    id INTEGER PRIMARY KEY,
    app TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX qq_pushes_at ON qq_pushes (app, at);

  -- The parts of messages that were tried, so that a retry repeats none that arrived.
  CREATE TABLE qq_parts (
    key TEXT NOT NULL,          -- of the delivery
    part INTEGER NOT NULL,
    state TEXT NOT NULL,        -- sending, delivered
    way TEXT NOT NULL,          -- JSON
    message_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (key, part)
  ) STRICT, WITHOUT ROWID;

  -- What QQ does not take from this bot for the time being, such as markdown.
  CREATE TABLE qq_lacks (
    app TEXT NOT NULL,
    feature TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (app, feature)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Feishu: the calls of each calendar month, for the tenant's quota.
  CREATE TABLE feishu_calls (
    app TEXT NOT NULL,
    month TEXT NOT NULL,      -- 2026-11, as in China
    calls INTEGER NOT NULL,
    PRIMARY KEY (app, month)
  ) STRICT, WITHOUT ROWID;

  -- Feishu: which chats are one-to-one and which are groups; a tap on a button names only the chat.
  CREATE TABLE feishu_chats (
    app TEXT NOT NULL,
    chat TEXT NOT NULL,
    kind TEXT NOT NULL,       -- direct, group
    PRIMARY KEY (app, chat)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Of a command that is being worked on: who asked, where, and what; so that one cut short by a crash is not passed over in silence.
  ALTER TABLE seen ADD COLUMN unfinished TEXT; -- JSON
  `,
  `
  ALTER TABLE incidents ADD COLUMN severity TEXT NOT NULL DEFAULT 'critical'; -- critical, warning
  ALTER TABLE incidents ADD COLUMN outages INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE incidents ADD COLUMN told_at INTEGER;
  ALTER TABLE incidents ADD COLUMN acknowledged TEXT;                    -- JSON
  ALTER TABLE incidents ADD COLUMN timeline TEXT NOT NULL DEFAULT '[]';  -- JSON
  UPDATE incidents SET told_at = opened_at;
  CREATE INDEX incidents_closed ON incidents (closed_at);

  -- An entry is not sent before this: it waits for the end of the quiet hours, or for others to come with it.
  ALTER TABLE outbox ADD COLUMN not_before INTEGER;
  -- Why it waits: quiet, gathering. NULL: it does not.
  ALTER TABLE outbox ADD COLUMN held TEXT;

  -- What an operator asked Lifeline to be silent about (mute), or to leave alone as well (maintenance).
  CREATE TABLE silences (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,       -- mute, maintenance
    gateway TEXT,             -- NULL: all
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    ended_at INTEGER          -- when somebody ended it before its time
  ) STRICT;
  `,
  `
  -- The audit says where it was asked, too, and how it ended. An entry begins as \`allowed\` and becomes \`done\` or \`failed\`.
  ALTER TABLE audit ADD COLUMN chat TEXT;           -- the group's id; NULL: one-to-one
  ALTER TABLE audit ADD COLUMN duration_ms INTEGER;
  CREATE INDEX audit_at ON audit (at);

  -- People who were paired from the phone, beside those of the configuration.
  CREATE TABLE operators (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    name TEXT NOT NULL,       -- the same on another channel: the same person
    role TEXT NOT NULL,
    paired_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (channel, user)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX operators_name ON operators (name);

  -- The one pairing code there is; the code itself is nowhere.
  CREATE TABLE pairing (
    slot INTEGER PRIMARY KEY CHECK (slot = 1),
    id TEXT NOT NULL,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    role TEXT NOT NULL,
    name TEXT,                -- NULL: one is found
    made_by TEXT NOT NULL,    -- run, pair
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    tries_left INTEGER NOT NULL,
    paired TEXT               -- JSON: who used it up
  ) STRICT;
  `,
  `
  -- What was asked once more, and the word that confirms it.
  CREATE TABLE confirmations (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    nonce TEXT NOT NULL,
    chat TEXT,                -- the group's id; NULL: one-to-one
    command TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (channel, user, nonce)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What a reply names when it quotes the part (QQ's \`ref_idx\`); empty: QQ did not say.
  ALTER TABLE qq_parts ADD COLUMN quote_id TEXT NOT NULL DEFAULT '';
  `,
  `
  -- What a reply names when it quotes a message of the outbox, so that an alert is acknowledged by quoting it.
  CREATE TABLE quotes (
    channel TEXT NOT NULL,
    quote TEXT NOT NULL,
    thread INTEGER NOT NULL,  -- of the outbox
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, quote, thread)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- With which others it went out in its last try: a repeat must be the same message.
  ALTER TABLE deliveries ADD COLUMN batch TEXT;
  `,
  `
  -- What was lost and came back within its grace: told to nobody, but in the history.
  CREATE TABLE blips (
    id INTEGER PRIMARY KEY,
    gateway TEXT NOT NULL,
    link TEXT,                -- NULL: its process
    began_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX blips_ended ON blips (ended_at);
  `,
  `
  -- Nothing but the proven gateway is ended by Lifeline itself any more: what was under way of that kind is over, and what has been done keeps a name.
  UPDATE restarts SET outcome = 'failed', ended_at = at, detail = json_object('before', NULL, 'after', NULL, 'rungs', json('[]'), 'steps', json('[]'), 'missing', json('[]'), 'problem', 'Lifeline was updated while this was under way; nothing more was done.') WHERE remedy = 'stop_strays' AND outcome IS NULL;
  UPDATE restarts SET remedy = 'end_process' WHERE remedy = 'stop_strays';
  UPDATE incidents SET treatments = replace(treatments, '"remedy":"stop_strays"', '"remedy":"end_process"') WHERE treatments LIKE '%"remedy":"stop_strays"%';
  `,
  `
  -- When each gateway was watched: one row for each time that Lifeline ran without a gap.
  CREATE TABLE watched (
    gateway TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    PRIMARY KEY (gateway, from_at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX watched_to ON watched (to_at);
  `,
  `
  -- What is wrong and was told by a message that rings. NULL: by a Lifeline that did not write it down.
  ALTER TABLE incidents ADD COLUMN told_troubles TEXT; -- JSON
  -- From when to when it was out of service. NULL: by a Lifeline that did not write it down.
  ALTER TABLE incidents ADD COLUMN out_spans TEXT; -- JSON
  `,
  `
  -- What a notification is about is a topic, and of that topic a number: the id of the incident or the treatment, or the
  -- time at which a matter of Lifeline itself began. It was one number: an incident's id; or -2 * a treatment's id; or
  -- -(2 * (16 * time + slot) + 1), where the last four slots were topics and the others the places of channels.
  DROP INDEX outbox_thread;
  ALTER TABLE outbox RENAME COLUMN thread TO subject;
  ALTER TABLE outbox ADD COLUMN topic TEXT NOT NULL DEFAULT 'incident'; -- incident, treatment, channel, away, store, reload, answer
  UPDATE outbox SET topic = 'treatment', subject = -subject / 2 WHERE subject < 0 AND subject % 2 = 0;
  UPDATE outbox SET
    topic = CASE (-subject - 1) / 2 % 16 WHEN 12 THEN 'answer' WHEN 13 THEN 'reload' WHEN 14 THEN 'store' WHEN 15 THEN 'away' ELSE 'channel' END,
    subject = (-subject - 1) / 32 + iif((-subject - 1) / 2 % 16 < 12, (-subject - 1) / 2 % 16, 0)
    WHERE subject < 0;
  CREATE INDEX outbox_thread ON outbox (topic, subject, person);

  -- An outage of a channel that was told names the subject of its notifications.
  UPDATE meta SET value = json_set(json_remove(value, '$.thread'), '$.subject', (-(value ->> '$.thread') - 1) / 32 + (-(value ->> '$.thread') - 1) / 2 % 16)
    WHERE key LIKE 'channel_down %' AND CASE WHEN json_valid(value) THEN json_type(value, '$.thread') END = 'integer';

  -- Only messages of incidents are looked up by a quote.
  DELETE FROM quotes WHERE thread <= 0;
  ALTER TABLE quotes RENAME COLUMN thread TO incident;
  `,
  `
  -- How much memory a gateway's present process held at least, hour by hour: a few days of it.
  CREATE TABLE memory_samples (
    gateway TEXT NOT NULL,
    at INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    start_time INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (gateway, at)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Maintenance that an operator has planned ahead, once or weekly. \`gateway\` NULL: of all.
  CREATE TABLE planned_maintenance (
    id INTEGER PRIMARY KEY,
    gateway TEXT,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,   -- its first beginning
    duration_ms INTEGER NOT NULL,
    weekly INTEGER NOT NULL,
    skipped_until INTEGER,        -- what had begun before was ended early
    ended_at INTEGER
  ) STRICT;
  `,
  `
  -- A fleet's hub. Its hosts, by name: those that were heard once are missed when they are silent.
  CREATE TABLE fleet_hosts (
    host TEXT PRIMARY KEY,
    first_at INTEGER NOT NULL,
    labels TEXT NOT NULL,     -- JSON
    version TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- What a host's notices are about: the number that it has in the outbox here, and the host's own.
  CREATE TABLE fleet_threads (
    subject INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    topic TEXT NOT NULL,
    remote INTEGER NOT NULL,
    gateway TEXT,
    at INTEGER NOT NULL,
    UNIQUE (host, topic, remote)
  ) STRICT;

  -- The notices that were taken, so that a repeat is told from a new one.
  CREATE TABLE fleet_notices (
    host TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    entries TEXT NOT NULL,    -- JSON: the ids in the outbox
    settled_at INTEGER,       -- a phone has it, or later news took its place
    PRIMARY KEY (host, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX fleet_notices_open ON fleet_notices (at) WHERE settled_at IS NULL;

  -- Hosts that went silent together and were told as one.
  CREATE TABLE fleet_silences (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    hosts TEXT NOT NULL,      -- JSON: those that are not back yet
    back TEXT NOT NULL,       -- JSON: those that are
    ended_at INTEGER
  ) STRICT;

  -- An agent: the commands of its hub that it has taken, with their answers.
  CREATE TABLE fleet_commands (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    answers TEXT NOT NULL,    -- JSON
    ended INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What was done about a critical incident that nobody acknowledged, for each outage of it; kept as long as that.
  CREATE TABLE escalations (
    incident INTEGER NOT NULL,
    outage INTEGER NOT NULL,
    step INTEGER NOT NULL,    -- of alerts.escalation.steps
    way TEXT NOT NULL,        -- app, sms, phone, tell
    at INTEGER NOT NULL,
    result TEXT,              -- done, refused; NULL: its calls are not through
    detail TEXT,
    PRIMARY KEY (incident, outage, step)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX escalations_at ON escalations (at);
  `,
  `
  -- The local time that an operator wrote for the first beginning, such as \`2027-03-28T02:30\`: the clocks may leave it
  -- out on that day. NULL: the local time of \`starts_at\`.
  ALTER TABLE planned_maintenance ADD COLUMN local_start TEXT;
  `,
  `
  -- As whom operators are known in a group where people have other ids than one-to-one.
  CREATE TABLE group_members (
    channel TEXT NOT NULL,
    group_id TEXT NOT NULL,
    member TEXT NOT NULL,
    owner_channel TEXT NOT NULL,   -- the same person one-to-one
    owner TEXT NOT NULL,
    bound_at INTEGER NOT NULL,
    PRIMARY KEY (channel, group_id, member)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What came lately and what was settled last is asked for each notice of a host; there may be 50,000.
  CREATE INDEX fleet_notices_at ON fleet_notices (at);
  CREATE INDEX fleet_notices_settled ON fleet_notices (settled_at) WHERE settled_at IS NOT NULL;
  `,
];
