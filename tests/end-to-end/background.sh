#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `teren run` while the server is slow to answer, gone, or back: nobody at the door waits with it, it stops when asked to, and what it
# learnt about waiting outlives it.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

start_run() { # FOLDER: and waits until it serves
    teren --home "$1" run >"$work/run.log" 2>&1 &
    run=$!
    others=("$run")
    local _
    for _ in {1..400}; do
        if teren --home "$1" status --json 2>/dev/null | grep -q '"running": *true'; then return; fi
        sleep 0.05
    done
    fails "it does not serve: $(cat "$work/run.log")"
}

stop_run() { # gives its exit code
    local status=0
    kill -TERM "$run"
    wait "$run" || status=$?
    others=()
    [ $status -eq 0 ] || fails "it ended with $status: $(cat "$work/run.log")"
}

tablet_waits() { device tablet status --json | number waiting; }
field() { device tablet status --json | sed -nE "s/.*\"$1\": ?(\"[^\"]*\"|[0-9]+|null).*/\1/p"; }
await() { # COMMAND...: until it holds
    local _
    for _ in {1..600}; do
        ! "$@" || return 0
        sleep 0.05
    done
    fails "it did not come to that: $*: $(device tablet status)"
}
asks_the_server() { pgrep -P "$run" >/dev/null; }

small_world 5

start_run "$work/tablet"
promise="what is recorded while a session waits for its answer counts as waiting, until there is a receipt"
kill -STOP "$server_pid"
check "a mark" device tablet mark S1 P1 present
await asks_the_server # its session is on the way, and stays there
check "a mark beside it" device tablet mark S1 P2 present
[ "$(tablet_waits)" -eq 2 ] || fails "$(device tablet status)"
check "other commands are served meanwhile" device tablet person list
teren --home "$work/tablet" sync >"$work/sync.out" 2>"$work/sync.err" &
asker=$!
others=("$run" "$asker")
sleep 0.3

promise="asked to stop, it stops, tells who waits for it, and leaves all that was accepted"
stop_run
status=0
wait "$asker" || status=$?
[ "$status" -eq 16 ] || fails "the sync that waited ended with $status: $(cat "$work/sync.err")"
grep -q 'asked to stop' "$work/sync.err" || fails "$(cat "$work/sync.err")"
[ ! -e "$work/tablet/teren.sock" ] || fails "its socket is still there"
check "the store is sound" device tablet verify
[ "$(tablet_waits)" -eq 2 ] || fails "$(device tablet status)"
kill -CONT "$server_pid"

promise="what was recorded is delivered within two seconds"
start_run "$work/tablet"
nothing_waits() { [ "$(tablet_waits)" -eq 0 ]; }
await nothing_waits
check "a mark" device tablet mark S1 P3 late
began=$(date +%s%3N)
await nothing_waits
echo "delivered after $(($(date +%s%3N) - began)) ms"
stop_run

promise="an enrolment that waits for its answer holds up nobody"
check "a new device" device fresh init
start_run "$work/fresh"
code=$(code_for fresh ZZ-1)
kill -STOP "$server_pid"
teren --home "$work/fresh" enrol "$url" "$code" >"$work/enrol.out" 2>&1 &
asker=$!
others=("$run" "$asker")
await asks_the_server
check "commands are served meanwhile" timeout 20 teren --home "$work/fresh" municipality add ZZ-9
check "also those that write" timeout 20 teren --home "$work/fresh" person add --full-name Ime
refused "but not a second enrolment" 8 "another command is asking the server" device fresh enrol "$url" "$code"
kill -CONT "$server_pid"
wait "$asker" || fails "$(cat "$work/enrol.out")"
grep -q 'This device is now fresh' "$work/enrol.out" || fails "$(cat "$work/enrol.out")"
delivered() { [ "$(device fresh status --json | number waiting)" -eq 0 ]; }
await delivered
stop_run

promise="how often it failed, and when to try again, outlives the process"
stop_server TERM
check "a mark" device tablet mark S1 P4 present
for _ in {1..60}; do # until the wait drawn is long enough to look at
    ! device tablet sync >/dev/null 2>&1 || fails "it synced with nobody"
    next=$(field next_attempt | tr -d '"')
    [ "$(($(date -d "$next" +%s) - $(date +%s)))" -lt 60 ] || break
done
[ "$(($(date -d "$next" +%s) - $(date +%s)))" -ge 60 ] || fails "it never waits long: $next"
failures=$(field failures)
last=$(field last_attempt)
start_run "$work/tablet"
check "what is recorded does not cut the wait short" device tablet mark S1 P5 present
sleep 1.5 # longer than a change waits when all is well
[ "$(field failures)" = "$failures" ] || fails "$failures failures became $(field failures)"
[ "$(field last_attempt)" = "$last" ] || fails "it tried at once: $(device tablet status)"
[ "$(field next_attempt)" = "\"$next\"" ] || fails "$next became $(field next_attempt)"
start_server
check "a person may ask for it now" device tablet sync
[ "$(tablet_waits)" -eq 0 ] || fails "$(device tablet status)"
stop_run
