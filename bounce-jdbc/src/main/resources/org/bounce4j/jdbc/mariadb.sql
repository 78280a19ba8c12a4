-- The tables of the bounce store on MariaDB (and MySQL 8), version 1. Times are UTC. Subjects, ids and names compare byte by byte.

-- One row: the version of these tables, and what tells a wrong erasure key from the right one.
CREATE TABLE IF NOT EXISTS `bounce_schema` (
    id             SMALLINT     NOT NULL PRIMARY KEY,
    version        INTEGER      NOT NULL,
    erasure_check  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for each notice. event is the whole of it, in the one JSON form, and the other columns are for looking it up.
-- subject is the recipient's comparable form, or 'subscriber ' and the host's identifier where no address is known.
-- counts: 0 says nothing against the recipient, -1 was taken out of the count by a release, and what counts has its trust in the
-- tens (1 unverified, 2 correlated, 3 authenticated) and its type in the ones (1 hard, 2 soft, 3 complaint).
CREATE TABLE IF NOT EXISTS `bounce_event` (
    id           VARCHAR(128)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    subject      VARCHAR(640) NOT NULL,
    scope        VARCHAR(64) NOT NULL,
    reported     VARCHAR(640),
    domain       VARCHAR(255),
    remote_mta   VARCHAR(255),
    subscriber   VARCHAR(255),
    campaign     VARCHAR(255),
    source       VARCHAR(64) NOT NULL,
    type         VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason       VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    rule_name    VARCHAR(128),
    trust        VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    attempt      VARCHAR(128)  CHARACTER SET ascii COLLATE ascii_bin,
    counts       SMALLINT      NOT NULL,
    occurred_at  DATETIME(6)  NOT NULL,
    received_at  DATETIME(6)  NOT NULL,
    event        LONGTEXT          NOT NULL,
    KEY `bounce_event_received` (received_at, id),
    KEY `bounce_event_occurred` (occurred_at),
    KEY `bounce_event_subject` (subject, counts, received_at, id),
    KEY `bounce_event_domain` (domain, received_at, id),
    KEY `bounce_event_reported` (reported),
    KEY `bounce_event_subscriber` (subscriber, received_at, id),
    KEY `bounce_event_campaign` (campaign, received_at, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for each recipient and scope of whom anything is known: it serialises the decisions about them and holds the one
-- that stands (action is null where none does), the last release and the last proof of delivery. It stays when events go.
-- released_all_at, of the row without a scope, is the last release that holds in every scope.
-- grounds has a line for each other ground on which the recipient would be suppressed if the one in the columns did not stand.
-- An erased person's subject is 'erased ' and a keyed hash.
CREATE TABLE IF NOT EXISTS `bounce_ledger` (
    subject        VARCHAR(640) NOT NULL,
    scope          VARCHAR(64) NOT NULL,
    domain         VARCHAR(255),
    subscriber     VARCHAR(255),
    action         VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin,
    type           VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin,
    reason         VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin,
    rule_name      VARCHAR(255),
    event_rule     VARCHAR(128),
    since          DATETIME(6),
    evidence       LONGTEXT,
    grounds        LONGTEXT,
    decided_at     DATETIME(6),
    released_at    DATETIME(6),
    released_all_at DATETIME(6),
    release_cause  VARCHAR(255),
    released_rule  VARCHAR(255),
    delivered_at   DATETIME(6),
    erased_at      DATETIME(6),
    PRIMARY KEY (subject, scope),
    KEY `bounce_ledger_since` (since, subject),
    KEY `bounce_ledger_subscriber` (subscriber)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for each decision that the host's listener has not taken yet.
CREATE TABLE IF NOT EXISTS `bounce_action` (
    id           VARCHAR(36)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    subject      VARCHAR(640) NOT NULL,
    scope        VARCHAR(64) NOT NULL,
    subscriber   VARCHAR(255),
    action       VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin,
    type         VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin,
    reason       VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin,
    rule_name    VARCHAR(255),
    since        DATETIME(6),
    evidence     LONGTEXT,
    decided_at   DATETIME(6)  NOT NULL,
    KEY `bounce_action_decided` (decided_at, id),
    KEY `bounce_action_subject` (subject),
    KEY `bounce_action_subscriber` (subscriber)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO `bounce_schema` (id, version)
SELECT 1, 1 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM `bounce_schema`);
