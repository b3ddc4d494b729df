-- Times are milliseconds of Unix time. Flags are 0 or 1.

CREATE TABLE devices (
    id              TEXT   NOT NULL PRIMARY KEY,
    -- In clear: it is also the password of the device at the TURN server, which must be able to compute with it.
    dev_key         TEXT   NOT NULL,
    dev_type        BIGINT NOT NULL,
    manufacturer    TEXT   NOT NULL,
    model           TEXT   NOT NULL,
    dev_ver         TEXT   NOT NULL DEFAULT '',
    name            TEXT   NOT NULL DEFAULT '',
    -- How it came on record: open, group, manual, import.
    origin          TEXT   NOT NULL,
    blocked         BIGINT NOT NULL DEFAULT 0,
    -- Chosen by an administrator; empty: by what is known of the manufacturer.
    quirks          TEXT   NOT NULL DEFAULT '',
    created_at      BIGINT NOT NULL,
    registered_at   BIGINT,
    -- The number of its last accepted login; each is higher than the one before.
    epoch           BIGINT NOT NULL DEFAULT 0,
    login_at        BIGINT,
    online          BIGINT NOT NULL DEFAULT 0,
    seen_at         BIGINT,
    public_address  TEXT   NOT NULL DEFAULT '',
    local_address   TEXT   NOT NULL DEFAULT '',
    upnp_address    TEXT   NOT NULL DEFAULT '',
    relay_address   TEXT   NOT NULL DEFAULT '',
    net_type        BIGINT NOT NULL DEFAULT 0,
    nat_type        BIGINT NOT NULL DEFAULT 0,
    viewers         BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX devices_online ON devices (online);

-- The last capability report, as its JSON twin. It holds the ONVIF password of the device.
CREATE TABLE capabilities (
    device      TEXT   NOT NULL PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    document    TEXT   NOT NULL,
    channels    BIGINT NOT NULL,
    reported_at BIGINT NOT NULL
);

CREATE TABLE channels (
    device TEXT   NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    no     BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    PRIMARY KEY (device, no)
);

CREATE TABLE alarms (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    device      TEXT   NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    channel     BIGINT NOT NULL,
    alarm_type  BIGINT NOT NULL,
    dido        BIGINT,
    description TEXT   NOT NULL,
    file_name   TEXT   NOT NULL,
    received_at BIGINT NOT NULL
);

CREATE INDEX alarms_of_device ON alarms (device, id);

CREATE TABLE exceptions (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    device         TEXT   NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    channel        BIGINT NOT NULL,
    exception_type BIGINT NOT NULL,
    description    TEXT   NOT NULL,
    received_at    BIGINT NOT NULL
);

CREATE INDEX exceptions_of_device ON exceptions (device, id);

-- Pictures that a device says it has uploaded.
CREATE TABLE pictures (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    device      TEXT   NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    channel     BIGINT NOT NULL,
    file_name   TEXT   NOT NULL,
    -- As the device says, YYYYMMDDHHMMSS.
    taken_at    TEXT   NOT NULL,
    received_at BIGINT NOT NULL
);

CREATE INDEX pictures_of_device ON pictures (device, id);

-- Who did what.
CREATE TABLE audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     BIGINT NOT NULL,
    actor  TEXT   NOT NULL,
    action TEXT   NOT NULL,
    target TEXT   NOT NULL,
    detail TEXT   NOT NULL
);

-- Keys of programs and administrators. Only hashes are kept.
CREATE TABLE tokens (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);

-- The records of the group platform. Spec §6.6.
CREATE TABLE enrolments (
    device     TEXT   NOT NULL PRIMARY KEY,
    record     TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);
