-- The tables of the bounce store on PostgreSQL, version 1. Times are UTC. Subjects, ids and names compare byte by byte.

-- One row: the version of these tables, and what tells a wrong erasure key from the right one.
CREATE TABLE IF NOT EXISTS "bounce_schema" (
    id             SMALLINT     NOT NULL PRIMARY KEY,
    version        INTEGER      NOT NULL,
    erasure_check  VARCHAR(64)
);

-- One row for each notice. event is the whole of it, in the one JSON form, and the other columns are for looking it up.
-- subject is the recipient's comparable form, or 'subscriber ' and the host's identifier where no address is known.
-- counts: 0 says nothing against the recipient, -1 was taken out of the count by a release, and what counts has its trust in the
-- tens (1 unverified, 2 correlated, 3 authenticated) and its type in the ones (1 hard, 2 soft, 3 complaint).
CREATE TABLE IF NOT EXISTS "bounce_event" (
    id           VARCHAR(128)  COLLATE "C" NOT NULL PRIMARY KEY,
    subject      VARCHAR(640)  COLLATE "C" NOT NULL,
    scope        VARCHAR(64)   COLLATE "C" NOT NULL,
    reported     VARCHAR(640)  COLLATE "C",
    domain       VARCHAR(255)  COLLATE "C",
    remote_mta   VARCHAR(255)  COLLATE "C",
    subscriber   VARCHAR(255)  COLLATE "C",
    campaign     VARCHAR(255)  COLLATE "C",
    source       VARCHAR(64)   COLLATE "C" NOT NULL,
    type         VARCHAR(16)   COLLATE "C" NOT NULL,
    reason       VARCHAR(32)   COLLATE "C" NOT NULL,
    rule_name    VARCHAR(128)  COLLATE "C",
    trust        VARCHAR(16)   COLLATE "C" NOT NULL,
    attempt      VARCHAR(128)  COLLATE "C",
    counts       SMALLINT      NOT NULL,
    occurred_at  TIMESTAMP(6)  NOT NULL,
    received_at  TIMESTAMP(6)  NOT NULL,
    event        TEXT          NOT NULL
);

CREATE INDEX IF NOT EXISTS "bounce_event_received" ON "bounce_event" (received_at);
-- few bytes for a thousand rows, which come nearly in this order
CREATE INDEX IF NOT EXISTS "bounce_event_occurred" ON "bounce_event" USING brin (occurred_at) WITH (autosummarize = on);
CREATE INDEX IF NOT EXISTS "bounce_event_subject" ON "bounce_event" (subject, counts, received_at);
CREATE INDEX IF NOT EXISTS "bounce_event_domain" ON "bounce_event" (domain, received_at);
CREATE INDEX IF NOT EXISTS "bounce_event_reported" ON "bounce_event" (reported) WHERE reported IS NOT NULL;
CREATE INDEX IF NOT EXISTS "bounce_event_subscriber" ON "bounce_event" (subscriber, received_at)
    WHERE subscriber IS NOT NULL;
CREATE INDEX IF NOT EXISTS "bounce_event_campaign" ON "bounce_event" (campaign, received_at)
    WHERE campaign IS NOT NULL;

-- One row for each recipient and scope of whom anything is known: it serialises the decisions about them and holds the one
-- that stands (action is null where none does), the last release and the last proof of delivery. It stays when events go.
-- released_all_at, of the row without a scope, is the last release that holds in every scope.
-- grounds has a line for each other ground on which the recipient would be suppressed if the one in the columns did not stand.
-- An erased person's subject is 'erased ' and a keyed hash.
CREATE TABLE IF NOT EXISTS "bounce_ledger" (
    subject        VARCHAR(640)  COLLATE "C" NOT NULL,
    scope          VARCHAR(64)   COLLATE "C" NOT NULL,
    domain         VARCHAR(255)  COLLATE "C",
    subscriber     VARCHAR(255)  COLLATE "C",
    action         VARCHAR(16)   COLLATE "C",
    type           VARCHAR(16)   COLLATE "C",
    reason         VARCHAR(32)   COLLATE "C",
    rule_name      VARCHAR(255)  COLLATE "C",
    event_rule     VARCHAR(128)  COLLATE "C",
    since          TIMESTAMP(6),
    evidence       TEXT,
    grounds        TEXT,
    decided_at     TIMESTAMP(6),
    released_at    TIMESTAMP(6),
    released_all_at TIMESTAMP(6),
    release_cause  VARCHAR(255),
    released_rule  VARCHAR(255),
    delivered_at   TIMESTAMP(6),
    erased_at      TIMESTAMP(6),
    PRIMARY KEY (subject, scope)
);

CREATE INDEX IF NOT EXISTS "bounce_ledger_since" ON "bounce_ledger" (since, subject) WHERE action IS NOT NULL;
CREATE INDEX IF NOT EXISTS "bounce_ledger_subscriber" ON "bounce_ledger" (subscriber) WHERE subscriber IS NOT NULL;

-- One row for each decision that the host's listener has not taken yet.
CREATE TABLE IF NOT EXISTS "bounce_action" (
    id           VARCHAR(36)   COLLATE "C" NOT NULL PRIMARY KEY,
    subject      VARCHAR(640)  COLLATE "C" NOT NULL,
    scope        VARCHAR(64)   COLLATE "C" NOT NULL,
    subscriber   VARCHAR(255)  COLLATE "C",
    action       VARCHAR(16)   COLLATE "C",
    type         VARCHAR(16)   COLLATE "C",
    reason       VARCHAR(32)   COLLATE "C",
    rule_name    VARCHAR(255)  COLLATE "C",
    since        TIMESTAMP(6),
    evidence     TEXT,
    decided_at   TIMESTAMP(6)  NOT NULL
);

CREATE INDEX IF NOT EXISTS "bounce_action_decided" ON "bounce_action" (decided_at, id);
CREATE INDEX IF NOT EXISTS "bounce_action_subject" ON "bounce_action" (subject);
CREATE INDEX IF NOT EXISTS "bounce_action_subscriber" ON "bounce_action" (subscriber) WHERE subscriber IS NOT NULL;

INSERT INTO "bounce_schema" (id, version)
SELECT 1, 1 WHERE NOT EXISTS (SELECT 1 FROM "bounce_schema");
