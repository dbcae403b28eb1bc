#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An exchange may be cut after any byte, either way, or come back with any bit turned: nothing is lost, and the next sync delivers.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

road_pid='' road_port=''
road() { # OPTIONS...: between the device and the server, always on the port that the device knows
    [ -z "$road_pid" ] || { kill "$road_pid" 2>/dev/null || true; wait "$road_pid" 2>/dev/null || true; }
    : >"$work/road"
    "$TEREN_BIN/tests/end-to-end/teren-proxy" --to "${server_url##*:}" --listen "${road_port:-0}" --count "$work/counts" "$@" >"$work/road" &
    road_pid=$!
    others+=("$road_pid")
    local _
    for _ in {1..200}; do [ -s "$work/road" ] && break; sleep 0.02; done
    road_port=$(cat "$work/road")
    [ -n "$road_port" ] || fails "the road did not open"
}

small_world 4
server_url=$url
road
url=http://127.0.0.1:$road_port
enrol far ZZ-1
check "the device fetches its lists" device far sync
read -r -a before <"$work/counts"
check "a mark is made" device far mark S1 P1 present
check "one exchange is measured" device far sync
for _ in {1..100}; do read -r -a now <"$work/counts"; [ "${now[2]}" -gt "${before[2]}" ] && break; sleep 0.02; done
up=$((now[0] - before[0])) down=$((now[1] - before[1]))
[ "$up" -gt 100 ] && [ "$down" -gt 100 ] || fails "an exchange of $up bytes up and $down down is not believable"

# Every 17th byte each way, the edges included: about 80 broken exchanges, each with a fresh mark that must arrive in the end.
statuses=(present late absent excused)
n=0
broken() { # OPTION BYTE
    n=$((n + 1))
    road "$1" "$2"
    check "a mark is made with no network to speak of" device far mark S1 P2 "${statuses[n % 4]}"
    promise="an exchange broken by $1 $2 fails and says so, or was whole"
    device far sync >"$work/said" 2>"$work/said.err" && [ "$1" != --cut-up ] && [ "$2" -lt "$((down - 1))" ] && fails "it was believed"
    road
    check "after $1 $2 the next sync delivers" device far sync
    [ "$(device far status --json | number waiting)" -eq 0 ] || fails "something still waits after $1 $2"
}
for ((at = 1; at < up; at += 17)); do broken --cut-up $at; done
for ((at = 0; at < down - 1; at += 17)); do broken --cut-down $at; done
for ((at = down / 2; at < down - 1; at += 29)); do broken --flip-down $at; done
check "the coordinator pulls" device coordinator sync
check "the coordinator's marks" device coordinator export "$work/out"
check "the tablet's marks" device far export "$work/out2"
promise="both hold the same marks"
diff <(cut -d, -f1-3 "$work/out/marks.csv") <(cut -d, -f1-3 "$work/out2/marks.csv") >"$work/said" || fails "$(cat "$work/said")"
check "the ledger is whole" teren-server verify
check "the store is whole" device far verify
echo "$n exchanges were broken"
