-- Short messages, and who gets which. Times are milliseconds of Unix time. Flags are 0 or 1.

CREATE TABLE short_messages (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- A mobile number.
    number     TEXT   NOT NULL,
    -- password, key, alarm, exception.
    kind       TEXT   NOT NULL,
    -- What it is about: the same is not sent again within a minute (E-136).
    about      TEXT   NOT NULL,
    -- Empty once a message with a secret in it is through, or given up.
    body       TEXT   NOT NULL,
    -- waiting, kept, sent, delivered, failed.
    state      TEXT   NOT NULL DEFAULT 'waiting',
    attempts   BIGINT NOT NULL DEFAULT 0,
    -- Why it is not through.
    reason     TEXT   NOT NULL DEFAULT '',
    -- What the gateway calls it.
    gateway_id TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    next_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX short_messages_of_number ON short_messages (number, created_at);
CREATE INDEX short_messages_by_day ON short_messages (created_at);
CREATE INDEX short_messages_due ON short_messages (state, next_at);
CREATE INDEX short_messages_receipts ON short_messages (gateway_id);

-- Passwords that were sent and not used. Only hashes are kept.
CREATE TABLE codes (
    account    TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (number) ON DELETE CASCADE,
    hash       TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Of what somebody wants to hear.
CREATE TABLE notices (
    account TEXT   NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
    device  TEXT   NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    -- -1: every channel that has no rule of its own.
    channel BIGINT NOT NULL,
    -- Types of alarms, with commas.
    alarms  TEXT   NOT NULL,
    -- Whether of exceptions too.
    exceptions BIGINT NOT NULL,
    -- Minutes of the day; the same twice is the whole day.
    begins  BIGINT NOT NULL,
    ends    BIGINT NOT NULL,
    PRIMARY KEY (account, device, channel)
);

CREATE INDEX notices_of_device ON notices (device);
