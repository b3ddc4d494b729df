# A headless Chromium and Playwright for the scripts that source this, after world.sh: venv is where Playwright is.
# shellcheck shell=bash
# HERE and target are set by who sources it.
# shellcheck disable=SC2154

has_browser() {
    command -v chromium >/dev/null && [[ -d /usr/share/fonts/opentype/noto ]] &&
        python3 -c 'import ensurepip, venv' 2>/dev/null
}

# Kept between runs, and made anew when the versions change.
make_venv() {
    venv="$target/browser/venv"
    if ! cmp -s "$HERE/requirements.txt" "$venv/requirements.txt"; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$HERE/requirements.txt"
        cp "$HERE/requirements.txt" "$venv/"
    fi
}

install_browser() {
    install_unless has_browser chromium fonts-noto-cjk python3-venv
    make_venv
}
