#!/usr/bin/env bash
# Runs a command with a private PostgreSQL server, whose URL is in KANDIAN_TEST_POSTGRES, and ends the server.
#
#   .ci/with-postgres.sh COMMAND…
#
# The server lives in a directory of its own and listens on loopback alone. PostgreSQL refuses to run as root; then it
# runs as the user `postgres`, which its package makes. Where it is missing, and this is root on Debian, it is installed.
set -euo pipefail

binaries() {
    local found
    if found="$(command -v initdb)"; then
        dirname "$found"
        return
    fi
    # Debian keeps them off the PATH, one directory for each version.
    find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1
}

if [[ -z "$(binaries)" ]]; then
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
        echo "error: PostgreSQL is not installed (initdb); install it, for example: apt-get install postgresql" >&2
        exit 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
fi
bin="$(binaries)"
directory="$(mktemp -d)"

as_server() {
    if ((EUID == 0)); then
        (cd "$directory" && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

finish() {
    local status=$?
    as_server "$bin/pg_ctl" -D "$directory/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$directory"
    exit "$status"
}
trap finish EXIT

if ((EUID == 0)); then
    chown postgres "$directory"
fi
as_server "$bin/initdb" -D "$directory/data" -A trust -U postgres >/dev/null
# It cannot pick a free port by itself; a taken one makes the start fail.
for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    options="-p $port -k $directory -c listen_addresses=127.0.0.1 -c fsync=off"
    if as_server "$bin/pg_ctl" -D "$directory/data" -l "$directory/log" -o "$options" -w start >/dev/null; then
        break
    elif ((attempt == 5)); then
        cat "$directory/log" >&2
        exit 1
    fi
done
KANDIAN_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port" "$@"
