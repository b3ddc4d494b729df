-- The group platform: province platforms, their users, and the clients it offers. Then what a province platform has
-- to tell it. Spec §6, §9. Times are milliseconds of Unix time.

-- The province platforms that the group platform knows.
CREATE TABLE provinces (
    -- ProvinceNo and CmsNo, as in 3100-01.
    id            TEXT   NOT NULL PRIMARY KEY,
    -- What clients show in their list (§9.1).
    name          TEXT   NOT NULL,
    -- Argon2id, in PHC form.
    password      TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    -- What it reported last (§6.1); empty until it does.
    cms_ver       TEXT   NOT NULL DEFAULT '',
    mcu_url       TEXT   NOT NULL DEFAULT '',
    dev_url       TEXT   NOT NULL DEFAULT '',
    reported_at   BIGINT,
    reported_from TEXT   NOT NULL DEFAULT ''
);

-- The users that province platforms reported (§6.2).
CREATE TABLE subscriptions (
    account    TEXT   NOT NULL PRIMARY KEY,
    province   TEXT   NOT NULL REFERENCES provinces (id) ON DELETE CASCADE,
    -- Monitoring points bought (IpcamNum).
    cameras    BIGINT NOT NULL,
    opened_at  BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX subscriptions_of_province ON subscriptions (province, account);

-- The clients that the group platform offers.
CREATE TABLE client_releases (
    -- android, ios, windows.
    client  TEXT NOT NULL,
    -- The version of a province platform from which on it is offered, as in 1.0.
    cms_ver TEXT NOT NULL,
    -- As in A-1.2.
    version TEXT NOT NULL,
    -- The lowest version that may still be used.
    minimum TEXT NOT NULL,
    url     TEXT NOT NULL,
    PRIMARY KEY (client, cms_ver)
);

-- What a province platform has to tell the group platform of its users (§6.2 to §6.4), in order, and what was refused.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- open, change, cancel.
    kind       TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    cameras    BIGINT NOT NULL,
    -- By the clock of the database: it is for people, and nothing is decided by it.
    created_at BIGINT NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000),
    -- How often it was sent.
    attempts   BIGINT NOT NULL DEFAULT 0,
    refused_at BIGINT,
    -- Why it is still here.
    reason     TEXT   NOT NULL DEFAULT ''
);

CREATE INDEX outbox_of_account ON outbox (account, id);

-- Where users of a province platform download the clients, as the group platform answered last (§6.1).
CREATE TABLE downloads (
    client      TEXT   NOT NULL PRIMARY KEY,
    version     TEXT   NOT NULL,
    url         TEXT   NOT NULL,
    answered_at BIGINT NOT NULL
);
