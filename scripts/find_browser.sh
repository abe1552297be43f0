#!/bin/sh
# Prints the path of a Chromium for the browser tests: $CHROMIUM, or the first one on the PATH.
# Without one it prints nothing but a line on standard error, which is a failure if
# REQUIRE_BROWSER=1; then, as root on Debian, it installs one first.
set -eu

find_browser() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

if [ -n "${CHROMIUM:-}" ]; then
    command -v "$CHROMIUM" && exit 0
    echo "CHROMIUM names '$CHROMIUM', which cannot be run." >&2
    exit 1
fi
find_browser && exit 0

if [ "${REQUIRE_BROWSER:-}" != 1 ]; then
    echo "Skipped the browser tests: no Chromium found (on Debian: apt-get install chromium)." >&2
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing chromium" >&2
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y chromium; } >&2
    find_browser && exit 0
fi
echo "The browser tests need Chromium, and none was found: install it or set CHROMIUM." >&2
exit 1
