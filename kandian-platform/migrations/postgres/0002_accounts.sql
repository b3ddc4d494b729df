-- Accounts, what they hold, and their logins. Times are milliseconds of Unix time. Flags are 0 or 1.

CREATE TABLE accounts (
    -- A mobile number.
    number       TEXT   NOT NULL PRIMARY KEY,
    -- Argon2id, in PHC form; empty until one was sent or chosen.
    password     TEXT   NOT NULL DEFAULT '',
    -- How many devices it may bind; shared ones are not counted (E-168).
    device_limit BIGINT NOT NULL,
    -- active, suspended, closed.
    state        TEXT   NOT NULL DEFAULT 'active',
    -- Who opened it: crm, admin.
    origin       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    -- The last login, and from where.
    login_at     BIGINT,
    login_from   TEXT   NOT NULL DEFAULT ''
);

-- Logins of people. Only hashes are kept.
CREATE TABLE sessions (
    hash       TEXT   NOT NULL PRIMARY KEY,
    account    TEXT   NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
    -- What the client says it is, such as A-1.0.
    client     TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_end ON sessions (expires_at);

-- Who owns a device.
CREATE TABLE bindings (
    device   TEXT   NOT NULL PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    account  TEXT   NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
    bound_at BIGINT NOT NULL
);

CREATE INDEX bindings_of_account ON bindings (account);

-- Who else may use it. Ends with the binding.
CREATE TABLE shares (
    device     TEXT   NOT NULL REFERENCES bindings (device) ON DELETE CASCADE,
    account    TEXT   NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
    -- Names with commas: watch, steer, playback, alarms.
    rights     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (device, account)
);

CREATE INDEX shares_with_account ON shares (account);

-- Names of digital inputs.
CREATE TABLE inputs (
    device TEXT   NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    no     BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    PRIMARY KEY (device, no)
);
