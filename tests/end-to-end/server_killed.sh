#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# SIGKILL to the server at any time loses nothing receipted: three tablets keep syncing while it dies and comes back.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"
rounds=12

small_world 40
for tablet in one two three; do
    enrol $tablet ZZ-1
    check "$tablet fetches its lists" device $tablet sync
done

record_and_sync() { # NAME: marks until told to stop; what the device accepted is in NAME.accepted
    local i=0
    while [ ! -e "$work/stop" ]; do
        i=$((i % 40 + 1))
        if device "$1" mark S1 P$i present >/dev/null 2>&1; then echo P$i >>"$work/$1.accepted"; fi
        device "$1" sync >/dev/null 2>&1 || true
    done
}
for tablet in one two three; do
    record_and_sync $tablet &
    others+=($!)
done

promise="the server comes back after SIGKILL number N"
for ((round = 1; round <= rounds; round++)); do
    sleep "0.$((RANDOM % 9 + 1))"
    stop_server KILL
    start_server
done
touch "$work/stop"
wait "${others[@]}"
others=()

for tablet in one two three; do
    check "$tablet delivers the rest" device $tablet sync
    check "$tablet tells how it stands" device $tablet status --json
    [ "$(number waiting <"$work/said")" -eq 0 ] || fails "$tablet still waits: $(cat "$work/said")"
    check "the server tells what it holds of $tablet" teren-server device show $tablet --json
    [ "$(number received <"$work/said")" -eq "$(wc -l <"$work/$tablet.accepted")" ] ||
        fails "$tablet recorded $(wc -l <"$work/$tablet.accepted") marks, but: $(cat "$work/said")"
done
check "the coordinator pulls" device coordinator sync
check "the coordinator sees them" device coordinator export --plain "$work/export"
promise="every person marked anywhere stands at the coordinator's"
diff <(cat "$work"/*.accepted | sort -u) <(cut -d, -f2 "$work/export/marks.csv" | tail -n +2 | sort -u) || fails "people are missing"
check "the ledger is whole" teren-server verify
check "the server stops when asked" stop_server TERM
