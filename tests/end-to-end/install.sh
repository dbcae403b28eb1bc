#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` lays down is whole, and the units keep the programs in their place.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

check "it installs" env DESTDIR="$work/root" cmake --install "$TEREN_BIN" --prefix /usr
for file in bin/teren bin/teren-server share/man/man1/teren.1 share/man/man1/teren-server.1 lib/systemd/system/teren-server.service \
    lib/systemd/user/teren.service lib/sysusers.d/teren-server.conf share/applications/teren.desktop \
    share/icons/hicolor/scalable/apps/teren.svg; do
    promise="$file is there"
    [ -s "$work/root/usr/$file" ] || fails "it is not"
done
check "the installed agent runs" "$work/root/usr/bin/teren" --version
check "the installed server runs" "$work/root/usr/bin/teren-server" --version
promise="every exit code is in the manual"
for code in 0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
    grep -qxF ".B $code" "$work/root/usr/share/man/man1/teren-server.1" || fails "$code is not"
done
check "the server's unit scores at most 1.5" systemd-analyze security --offline=true --no-pager --threshold=15 \
    "$work/root/usr/lib/systemd/system/teren-server.service"
