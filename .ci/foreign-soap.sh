#!/usr/bin/env bash
# The SOAP interface of chapter 8 as foreign programs see it: clients that know the WSDL of a running platform and nothing
# else, in Python (zeep) and C++ (gSOAP). Each calls every operation, with right and wrong inputs, against a
# `kandian-platform` with a `kandian-device` behind it and a camera that is written in Python.
#
#   .ci/foreign-soap.sh
#
# Needs Debian's gsoap, libgsoap-dev and python3-venv, and a C++ compiler. What is missing is installed where this is root,
# or may become it; elsewhere it says what to install. zeep comes from the Python registry, in the versions of
# foreign-soap/requirements.txt, into the target directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly HERE=.ci/foreign-soap
readonly PACKAGES=(gsoap libgsoap-dev python3-venv g++)
readonly ABSENT=81100000002 HAND=81100000003
# shellcheck source=.ci/world.sh
source .ci/world.sh

has_tools() {
    command -v wsdl2h >/dev/null && command -v soapcpp2 >/dev/null && command -v c++ >/dev/null &&
        [[ -e /usr/include/stdsoap2.h ]] && python3 -c 'import ensurepip, venv' 2>/dev/null
}

# Kept between runs, and made anew when the versions change.
make_venv() {
    venv="$target/foreign-soap/venv"
    if ! cmp -s "$HERE/requirements.txt" "$venv/requirements.txt"; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$HERE/requirements.txt"
        cp "$HERE/requirements.txt" "$venv/"
    fi
}

settings() {
    cat <<-TOML
	[access]
	listen = "127.0.0.1:0"
	advertise = "127.0.0.1"
	probe_private = true
	[province]
	name = "上海"
	mcu_url = "http://127.0.0.1:1/MobileService"
	[sms]
	# Both clients ask for the same account.
	pause_secs = 0
	TOML
}

fill_platform() {
    local account
    for account in 18912345678 18912345679 18912345670; do
        add_account "$account"
    done
    local device
    for device in "$ABSENT" "$HAND"; do
        platform device add --data-dir "$scratch/platform" --id "$device" --key "$KEY" --model KD-IPC >/dev/null
    done
}

# Sends JSON to REST as an administrator; the status must be the one expected.
rest() {
    python3 - "$token" "$@" <<-'PYTHON' || fail "$2 $3 was not done"
	import sys, urllib.request
	token, method, url, body, status = sys.argv[1:]
	head = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
	request = urllib.request.Request(url, body.encode(), head, method=method)
	sys.exit(urllib.request.urlopen(request).status != int(status))
	PYTHON
}

# Nothing listens at the FTP server: a device takes the order, and finds out afterwards.
enter_firmware() {
    rest POST "$rest/firmware" '{"manufacturer": "811", "model": "KD-IPC", "version": "V1.6_20991231",
        "ftp_host": "127.0.0.1", "ftp_port": 9, "ftp_account": "fw", "ftp_password": "fw", "file": "kd-ipc.bin"}' 201
}

enter_release() {
    rest PUT "$rest/releases/android/1.0" \
        '{"version": "A-2.0", "minimum": "A-1.5", "url": "http://kandian.example/a.apk"}' 200
}

start_devices() {
    start_camera "$CAMERA"
    python3 "$HERE/camera.py" "$access" "$HAND" "$KEY" >"$scratch/camera.out" 2>"$scratch/camera.log" &
    children+=($!)
    await "$scratch/camera.out" '^ready'
}

run_zeep() {
    "$venv/bin/python" "$HERE/client.py" "$service?wsdl"
}

# Only the WSDL of the running platform goes in.
run_gsoap() {
    local build="$scratch/gsoap"
    mkdir "$build"
    cp "$HERE/client.cpp" "$build/"
    (
        cd "$build"
        wsdl2h -o service.h "$service?wsdl" >"$scratch/wsdl2h.log" 2>&1
        soapcpp2 -j -C -I/usr/share/gsoap/import service.h >"$scratch/soapcpp2.log" 2>&1
        c++ -O0 -o client client.cpp soapC.cpp soapKandianClientBindingProxy.cpp -I. -lgsoap++
    )
    "$build/client" "$service"
}

install_unless has_tools "${PACKAGES[@]}"
make_venv
cargo build --locked -p kandian-platform -p kandian-device
start_platform < <(settings)
fill_platform
start_devices
enter_firmware
enter_release
run_zeep
run_gsoap
