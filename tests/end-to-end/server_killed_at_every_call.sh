#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# SIGKILL at every write and every fsync of the server while one tablet delivers: what was receipted is there, what was not is delivered
# again, and the ledger is whole each time.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"
export ASAN_OPTIONS=detect_leaks=0 # no leak search under strace

small_world 3
marks=0 points=0
for call in fdatasync pwrite64; do
    for ((n = 1; n <= 40; n++)); do
        promise="SIGKILL at $call number $n"
        stop_server TERM
        server_under=(strace -D -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n")
        # Opening writes too: the server may be dead before it is ready.
        : >"$work/ready"
        "${server_under[@]}" teren-server serve --listen "${url#*://}" >"$work/ready" 2>>"$work/server.log" &
        server_pid=$!
        for _ in {1..400}; do
            if grep -q '^ready on ' "$work/ready" || ! kill -0 $server_pid 2>/dev/null; then break; fi
            sleep 0.02
        done
        device tablet mark S1 P$((n % 3 + 1)) present >/dev/null
        marks=$((marks + 1))
        if device tablet sync >/dev/null 2>&1; then alive=yes; else alive=no; fi
        server_under=()
        stop_server KILL
        start_server
        check "SIGKILL at $call number $n: the tablet delivers the rest" device tablet sync
        check "SIGKILL at $call number $n: everything is there once" teren-server device show tablet --json
        [ "$(number received <"$work/said")" -eq $marks ] || fails "$marks marks, but: $(cat "$work/said")"
        # A whole exchange went by without meeting the n-th call: there are no more points.
        [ $alive = no ] || break
        points=$((points + 1))
    done
done
check "the ledger is whole" teren-server verify
[ $points -ge 6 ] || fails "only $points kill points were met: strace did not kill"
echo "$points kill points"
