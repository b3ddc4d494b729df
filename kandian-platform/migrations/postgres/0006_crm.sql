-- Orders of CRM that were carried out. Times are milliseconds of Unix time.

CREATE TABLE crm_orders (
    -- By age.
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Whose it was, by the name in the settings.
    client    TEXT   NOT NULL,
    -- What the client calls it (Idempotency-Key).
    order_key TEXT   NOT NULL,
    -- SHA-256 of what was asked, in hexadecimal digits.
    request   TEXT   NOT NULL,
    -- What was answered: HTTP status, JSON.
    status    BIGINT NOT NULL,
    answer    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    UNIQUE (client, order_key)
);

CREATE INDEX crm_orders_end ON crm_orders (at);
