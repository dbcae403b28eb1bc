#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A full disk, a failing disk and a read-only folder are told in one line, and what was there stays whole; on both sides.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"
export ASAN_OPTIONS=detect_leaks=0 # no leak search under strace

small_world 5
check "a mark is taken" device tablet mark S1 P1 present
failing() { strace -f -qq -o /dev/null -e "trace=${1%%:*}" -e "inject=$1" "${@:2}"; }

refused "a full disk is told" 7 "" failing pwrite64:error=ENOSPC:when=1+ teren --home "$work/tablet" mark S1 P2 present
refused "a failing disk is told" 7 "" failing pwrite64:error=EIO:when=1+ teren --home "$work/tablet" mark S1 P2 present
refused "a failing fsync is told" 7 "" failing fdatasync,fsync:error=EIO:when=1+ teren --home "$work/tablet" mark S1 P2 present
refused "a file limit is told" 7 "" bash -c "trap '' XFSZ; ulimit -f 1; exec teren --home $work/tablet mark S1 P2 present"
check "the store is sound" device tablet verify
check "exactly what was accepted waits" device tablet status --json
[ "$(number waiting <"$work/said")" -eq 1 ] || fails "$(cat "$work/said")"

check "a tablet without a server" device alone init
promise="a disk that fails once and is well again: \`teren run\` goes on by itself"
strace -D -f -qq -o /dev/null -e trace=fdatasync -e inject=fdatasync:error=EIO:when=1 \
    teren --home "$work/alone" run --port 0 >"$work/run.log" 2>&1 &
run=$!
others=("$run")
for _ in {1..400}; do
    ! grep -q Ready "$work/run.log" || break
    sleep 0.05
done
refused "the one who records is told" 7 "" device alone person add P1 --full-name Ana
check "the next one records" device alone person add P1 --full-name Ana
kill -TERM "$run"
wait "$run" || fails "it ended with $?: $(cat "$work/run.log")"
others=()
check "the store is sound" device alone verify
check "exactly what was accepted waits" device alone status --json
[ "$(number waiting <"$work/said")" -eq 1 ] || fails "$(cat "$work/said")"

promise="a server whose disk is full keeps answering and says: not now"
stop_server TERM
calls=pwrite64,fdatasync
server_under=(strace -D -f -qq -o /dev/null -e "trace=$calls" -e "inject=$calls:error=ENOSPC:when=40+")
start_server
status=0
for i in 1 2 3 4 5; do
    device tablet mark S1 P$i late >/dev/null
    device tablet sync >"$work/said" 2>"$work/said.err" || status=$?
done
[ $status -eq 11 ] || [ $status -eq 10 ] || fails "the tablet ended with $status: $(cat "$work/said" "$work/said.err")"
server_under=()
stop_server KILL
start_server
check "with room again everything is delivered" device tablet sync
check "nothing waits" device tablet status --json
[ "$(number waiting <"$work/said")" -eq 0 ] || fails "$(cat "$work/said")"
check "the ledger is whole" teren-server verify
stop_server TERM

promise="a read-only folder is told, on both sides"
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    chmod 755 "$work"
    chown -R 65534:65534 "$work/tablet" "$work/server"
    user=(as_nobody)
else
    user=()
fi
chmod 500 "$work/tablet" "$work/server"
find "$work/tablet" "$work/server" -type f -exec chmod 400 {} +
refused "the agent tells a read-only folder" 7 "" "${user[@]}" teren --home "$work/tablet" mark S1 P1 present
refused "the server tells a read-only folder" 7 "" "${user[@]}" teren-server serve --listen 127.0.0.1:0
chmod 700 "$work/tablet" "$work/server"
find "$work/tablet" "$work/server" -type f -exec chmod 600 {} +
check "with its rights back the store is sound" "${user[@]}" teren --home "$work/tablet" verify
