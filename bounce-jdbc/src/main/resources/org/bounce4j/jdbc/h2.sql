-- The tables of the bounce store on H2, version 1. Times are UTC. Subjects, ids and names compare byte by byte.

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
    id           VARCHAR(128)  NOT NULL PRIMARY KEY,
    subject      VARCHAR(640)  NOT NULL,
    scope        VARCHAR(64)   NOT NULL,
    reported     VARCHAR(640),
    domain       VARCHAR(255),
    remote_mta   VARCHAR(255),
    subscriber   VARCHAR(255),
    campaign     VARCHAR(255),
    source       VARCHAR(64)   NOT NULL,
    type         VARCHAR(16)   NOT NULL,
    reason       VARCHAR(32)   NOT NULL,
    rule_name    VARCHAR(128),
    trust        VARCHAR(16)   NOT NULL,
    attempt      VARCHAR(128),
    counts       SMALLINT      NOT NULL,
    occurred_at  TIMESTAMP(6)  NOT NULL,
    received_at  TIMESTAMP(6)  NOT NULL,
    event        CHARACTER LARGE OBJECT          NOT NULL
);

CREATE INDEX IF NOT EXISTS "bounce_event_received" ON "bounce_event" (received_at, id);
CREATE INDEX IF NOT EXISTS "bounce_event_occurred" ON "bounce_event" (occurred_at);
CREATE INDEX IF NOT EXISTS "bounce_event_subject" ON "bounce_event" (subject, counts, received_at, id);
CREATE INDEX IF NOT EXISTS "bounce_event_domain" ON "bounce_event" (domain, received_at, id);
CREATE INDEX IF NOT EXISTS "bounce_event_reported" ON "bounce_event" (reported);
CREATE INDEX IF NOT EXISTS "bounce_event_subscriber" ON "bounce_event" (subscriber, received_at, id);
CREATE INDEX IF NOT EXISTS "bounce_event_campaign" ON "bounce_event" (campaign, received_at, id);

-- One row for each recipient and scope of whom anything is known: it serialises the decisions about them and holds the one
-- that stands (action is null where none does), the last release and the last proof of delivery. It stays when events go.
-- released_all_at, of the row without a scope, is the last release that holds in every scope.
-- grounds has a line for each other ground on which the recipient would be suppressed if the one in the columns did not stand.
-- An erased person's subject is 'erased ' and a keyed hash.
CREATE TABLE IF NOT EXISTS "bounce_ledger" (
    subject        VARCHAR(640)  NOT NULL,
    scope          VARCHAR(64)   NOT NULL,
    domain         VARCHAR(255),
    subscriber     VARCHAR(255),
    action         VARCHAR(16),
    type           VARCHAR(16),
    reason         VARCHAR(32),
    rule_name      VARCHAR(255),
    event_rule     VARCHAR(128),
    since          TIMESTAMP(6),
    evidence       CHARACTER LARGE OBJECT,
    grounds        CHARACTER LARGE OBJECT,
    decided_at     TIMESTAMP(6),
    released_at    TIMESTAMP(6),
    released_all_at TIMESTAMP(6),
    release_cause  VARCHAR(255),
    released_rule  VARCHAR(255),
    delivered_at   TIMESTAMP(6),
    erased_at      TIMESTAMP(6),
    PRIMARY KEY (subject, scope)
);

CREATE INDEX IF NOT EXISTS "bounce_ledger_since" ON "bounce_ledger" (since, subject);
CREATE INDEX IF NOT EXISTS "bounce_ledger_subscriber" ON "bounce_ledger" (subscriber);

-- One row for each decision that the host's listener has not taken yet.
CREATE TABLE IF NOT EXISTS "bounce_action" (
    id           VARCHAR(36)   NOT NULL PRIMARY KEY,
    subject      VARCHAR(640)  NOT NULL,
    scope        VARCHAR(64)   NOT NULL,
    subscriber   VARCHAR(255),
    action       VARCHAR(16),
    type         VARCHAR(16),
    reason       VARCHAR(32),
    rule_name    VARCHAR(255),
    since        TIMESTAMP(6),
    evidence     CHARACTER LARGE OBJECT,
    decided_at   TIMESTAMP(6)  NOT NULL
);

CREATE INDEX IF NOT EXISTS "bounce_action_decided" ON "bounce_action" (decided_at, id);
CREATE INDEX IF NOT EXISTS "bounce_action_subject" ON "bounce_action" (subject);
CREATE INDEX IF NOT EXISTS "bounce_action_subscriber" ON "bounce_action" (subscriber);

INSERT INTO "bounce_schema" (id, version)
SELECT 1, 1 WHERE NOT EXISTS (SELECT 1 FROM "bounce_schema");
