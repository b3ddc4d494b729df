#!/usr/bin/env bash
# Runs schemathesis over the description of REST: requests made from it, right and wrong ones, to a platform that runs. No
# answer may be a failure of the platform (5xx), and each must have the form that the description says.
#
# Needs Python 3.10 or later and PyPI; schemathesis is installed into a folder of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly SCHEMATHESIS=4.32.5
readonly EXAMPLES="${SCHEMATHESIS_EXAMPLES:-15}"   # requests of the random phase for each operation
readonly NUMBER=18912345678 PASSWORD=kaffee14
readonly SECONDS_AT_MOST=600
# No failure of the platform; answers as described; what is not as described is refused, and so is who shows no token.
readonly CHECKS=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
response_schema_conformance,negative_data_rejection,missing_required_header,unsupported_method,allow_header_conformance,\
ignored_auth

command -v python3 >/dev/null || { echo "error: python3 is missing" >&2; exit 1; }
target="${CARGO_TARGET_DIR:-$PWD/target}"
venv="${SCHEMATHESIS_VENV:-$target/schemathesis-$SCHEMATHESIS}"
if [[ ! -x "$venv/bin/schemathesis" ]]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$SCHEMATHESIS"
fi

cargo build --locked --quiet -p kandian-platform
platform="$target/debug/kandian-platform"
scratch="$(mktemp -d)"
data="$scratch/data"
pid=
finish() {
    local status=$?
    if [[ -n "$pid" ]]; then
        kill "$pid" 2>/dev/null || true
        # It writes to its directory until it has ended.
        wait "$pid" 2>/dev/null || true
    fi
    if ((status != 0)); then
        tail -n 20 "$scratch/log" >&2 || true
    fi
    rm -rf "$scratch"
}
trap finish EXIT

# Orders of CRM are refused by their signature, which is an answer as well.
cat >"$scratch/kandian.toml" <<'END'
[crm]
auth = "hmac"
[crm.clients.billing]
secrets = ["0f1e2d3c4b5a69788796a5b4c3d2e1f0"]
END
"$platform" serve --config "$scratch/kandian.toml" --data-dir "$data" --http 127.0.0.1:0 \
    --device-http 127.0.0.1:0 --access 127.0.0.1:0 >"$scratch/out" 2>"$scratch/log" &
pid=$!
waited=0
until [[ -s "$data/running.json" ]]; do
    kill -0 "$pid" 2>/dev/null || { echo "error: the platform does not start" >&2; exit 1; }
    ((waited++ < 300)) || { echo "error: the platform does not get ready" >&2; exit 1; }
    sleep 0.1
done
rest="http://$(python3 -c 'import json, sys; print(json.load(sys.stdin)["rest"])' <"$data/running.json")"
token="$("$platform" token create --data-dir "$data" --name schemathesis --role admin)"
KANDIAN_PASSWORD="$PASSWORD" "$platform" account add --data-dir "$data" "$NUMBER" --devices 3
for device in 81100000001 81100000002; do
    "$platform" device add --data-dir "$data" --id "$device" --key K7M2P9Q4
done
session="$(python3 - "$rest" "$NUMBER" "$PASSWORD" <<'END'
import json, sys, urllib.request
rest, number, password = sys.argv[1:]

def post(path, body, **headers):
    headers["Content-Type"] = "application/json"
    request = urllib.request.Request(rest + path, json.dumps(body).encode(), headers)
    return json.load(urllib.request.urlopen(request))

session = post("/api/v1/session", {"number": number, "password": password})["session"]
device = {"id": "81100000001", "key": "K7M2P9Q4"}
post("/api/v1/me/devices", device, Authorization="Bearer " + session)
print(session)
END
)"

# Most requests name what there is, so that they get further than "there is none".
known() {
    printf '[parameters]\n"path.id" = "%s"\n"path.number" = "%s"\n' "$1" "$NUMBER" >"$scratch/schemathesis.toml"
}

# A seed, so that what fails here fails again; one worker, for Python 3.11 fails with more. The stream of events has no end.
try() {
    local bearer="$1"
    shift
    (cd "$scratch" && timeout "$SECONDS_AT_MOST" "$venv/bin/schemathesis" run "$rest/api/v1/openapi.json" \
        --header "Authorization: Bearer $bearer" --exclude-path /api/v1/events "$@" --checks "$CHECKS" \
        --phases examples,coverage,fuzzing --max-examples "$EXAMPLES" --seed 1 --workers 1 \
        --request-timeout 20 --suppress-health-check all --warnings off --no-color)
}

echo "as a user"
known 81100000001
try "$session" --include-path-regex '^/api/v1/me'
echo "as an administrator, commands to devices"
known 81100000002
try "$token" --include-path-regex '^/api/v1/devices/\{id\}/commands'
echo "as an administrator"
try "$token" --exclude-path-regex '^/api/v1/(me|devices/\{id\}/commands)' --exclude-method DELETE
rm "$scratch/schemathesis.toml"
try "$token" --exclude-path-regex '^/api/v1/me' --include-method DELETE
kill -0 "$pid" || { echo "error: the platform has ended" >&2; exit 1; }
