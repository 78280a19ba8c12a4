-- One row for each recipient of whom anything is known: what serialises decisions about them, and holds the last one.
-- subject is the recipient's comparable form, or 'subscriber ' and the host's identifier where no address is known.
CREATE TABLE IF NOT EXISTS bounce_subject (
    subject      VARCHAR(700)  NOT NULL PRIMARY KEY,
    action       VARCHAR(16),
    type         VARCHAR(16),
    reason       VARCHAR(32),
    rule_name    VARCHAR(255),
    since        TIMESTAMP(6),
    evidence     VARCHAR(100000)
);

CREATE INDEX IF NOT EXISTS bounce_subject_since ON bounce_subject (since);

-- One row for each notice. event is the whole of it, in the one JSON form; the other columns are for looking it up.
CREATE TABLE IF NOT EXISTS bounce_event (
    id           VARCHAR(128)  NOT NULL PRIMARY KEY,
    subject      VARCHAR(700)  NOT NULL,
    received_at  TIMESTAMP(6)  NOT NULL,
    event        CHARACTER LARGE OBJECT NOT NULL
);

CREATE INDEX IF NOT EXISTS bounce_event_subject ON bounce_event (subject, received_at);
CREATE INDEX IF NOT EXISTS bounce_event_received ON bounce_event (received_at, id);
