#!/usr/bin/env bash
# Every name of the code that docs/glossary.md cites must exist. The names are looked for in the source
# text: `message::device::LoginRequest` in message/device/, `codec::Command::LOGIN` in kandian-codec.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

proto=kandian-proto/src
codec=kandian-codec/src
missing=0
cited=0

# defined FOLDER NAME: a type, trait or function of that name.
defined() {
    grep -rqE "pub (const )?(struct|enum|trait|type|fn|const) $2\\b" "$1"
}

# named FOLDER NAME: a constant or variant of that name, in whatever form it is declared.
named() {
    grep -rqwE "$2" "$1"
}

# shellcheck disable=SC2016 # the backticks are those of Markdown
while IFS= read -r path; do
    cited=$((cited + 1))
    case "$path" in
        codec::*::*) type="${path#codec::}" && defined "$codec" "${type%%::*}" && named "$codec" "${type##*::}" ;;
        codec::*) defined "$codec" "${path#codec::}" ;;
        message::*::*) topic="${path#message::}" && defined "$proto/message/${topic%%::*}" "${topic##*::}" ;;
        value::*::*) type="${path#value::}" && defined "$proto/value" "${type%%::*}" && named "$proto/value" "${type##*::}" ;;
        command::*::*) type="${path#command::}" && defined "$proto/command" "${type%%::*}" && named "$proto/command" "${type##*::}" ;;
        value::* | command::*) defined "$proto/${path%%::*}" "${path##*::}" ;;
        [a-z]*::*) defined "$proto" "${path##*::}" ;;
        *) defined "$proto" "$path" ;;
    esac || {
        echo "docs/glossary.md: no $path in the code" >&2
        missing=$((missing + 1))
    }
done < <(awk -F'|' 'NF == 7 && !/^\|---/ && $5 !~ /In code/ { print $5 }' docs/glossary.md |
    grep -oE '`[A-Za-z0-9_:]+`' | tr -d '`' | grep -E '^[A-Z]|::' | sort -u)

((cited > 0)) || { echo "docs/glossary.md cites no code" >&2; exit 1; }
((missing == 0)) || { echo "$missing of $cited names are gone; correct docs/glossary.md" >&2; exit 1; }
echo "docs/glossary.md: all $cited names exist"
