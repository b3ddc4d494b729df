-- Firmware that devices can be told to fetch, from the FTP servers that the rows name. Spec §7.5.17, §8.14.
CREATE TABLE firmware (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    manufacturer TEXT   NOT NULL,
    -- As devices name it when they register.
    model        TEXT   NOT NULL,
    version      TEXT   NOT NULL,
    ftp_host     TEXT   NOT NULL,
    ftp_port     BIGINT NOT NULL,
    ftp_account  TEXT   NOT NULL,
    -- In clear: devices are sent it.
    ftp_password TEXT   NOT NULL,
    file         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE (manufacturer, model, version)
);

-- Whether the port that the router of a device forwards lets anybody in (R-15.5): open, closed; empty: not tried.
ALTER TABLE devices ADD COLUMN upnp_state TEXT NOT NULL DEFAULT '';
