#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A command killed at any point leaves a store that opens, and what the agent said it had accepted is there: SIGKILL at every write and
# every fsync of a mark and of a sync.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"
export ASAN_OPTIONS=detect_leaks=0 # no leak search under strace

small_world 3
kill_at() { # CALL N COMMAND...: 0 when the command ended by itself
    local call=$1 n=$2
    shift 2
    strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n" "$@" >/dev/null 2>&1
}

accepted=0 points=0
for call in pwrite64 fdatasync fsync openat unlink rename; do
    for ((n = 1; n <= 200; n++)); do
        before=$(device tablet status --json | number waiting)
        promise="SIGKILL at $call number $n of a mark"
        if kill_at $call $n teren --home "$work/tablet" mark S1 P$((n % 3 + 1)) late; then ended=yes; else ended=no; fi
        points=$((points + 1))
        check "$promise: the store opens" device tablet status --json
        after=$(number waiting <"$work/said")
        if [ $ended = yes ]; then
            [ "$after" -eq $((before + 1)) ] || fails "an accepted mark is gone: $before, then $after"
            accepted=$((accepted + 1))
            break
        fi
        [ "$after" -eq "$before" ] || [ "$after" -eq $((before + 1)) ] || fails "half a mark: $before, then $after"
    done
    [ "$ended" = yes ] || fails "a mark makes more than 200 calls of $call"
done
check "the tablet is sound" device tablet verify

for call in pwrite64 fdatasync sendto; do
    for ((n = 1; n <= 200; n++)); do
        check "one more mark" device tablet mark S1 P$((n % 3 + 1)) present
        promise="SIGKILL at $call number $n of a sync"
        if kill_at $call $n teren --home "$work/tablet" sync; then ended=yes; else ended=no; fi
        points=$((points + 1))
        check "$promise: the store opens" device tablet status --json
        if [ $ended = yes ]; then break; fi
    done
done
check "the tablet delivers the rest" device tablet sync
check "the tablet is sound" device tablet verify
check "the tablet tells how it stands" device tablet status --json
[ "$(number waiting <"$work/said")" -eq 0 ] || fails "marks still wait: $(cat "$work/said")"
made=$(number receipted <"$work/said")
check "the server holds them all" teren-server device show tablet --json
[ "$(number received <"$work/said")" -eq "$made" ] || fails "$made were receipted, but: $(cat "$work/said")"
check "the ledger is whole" teren-server verify
[ $points -ge 40 ] || fails "only $points kill points were met: strace did not kill"
echo "$points kill points"
