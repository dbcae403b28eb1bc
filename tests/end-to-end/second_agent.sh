#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# While `teren run` holds the store the other commands go through it, with the same output; without it they work directly.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

small_world 5
check "directly: a mark" device tablet mark S1 P1 present
cp "$work/said" "$work/direct"
check "directly: its refusal" bash -c "! teren --home $work/tablet mark S1 NOBODY present 2>$work/direct.err"

teren --home "$work/tablet" run >"$work/run.log" 2>&1 &
run=$!
others=("$run")
for _ in {1..400}; do
    if device tablet status --json 2>/dev/null | grep -q '"running": *true'; then break; fi
    sleep 0.05
done
check "the one that runs is found" bash -c "teren --home $work/tablet status --json | grep -q '\"running\": *true'"
check "through it: a mark" device tablet mark S1 P2 present
promise="the output is the same but for the name"
diff <(sed 's/P1/P2/;s/Osoba 1/Osoba 2/' "$work/direct") "$work/said" || fails "the outputs differ"
check "through it: the refusal" bash -c "! teren --home $work/tablet mark S1 NOBODY present 2>$work/through.err"
diff "$work/direct.err" "$work/through.err" || fails "the errors differ"

promise="what was recorded is delivered by itself"
for _ in {1..400}; do
    [ "$(device tablet status --json | number waiting)" -ne 0 ] || break
    sleep 0.05
done
[ "$(device tablet status --json | number waiting)" -eq 0 ] || fails "$(device tablet status)"

promise="many at once are taken one after the other"
for i in 3 4 5; do device tablet mark S1 P$i late >/dev/null & pids[i]=$!; done
for i in 3 4 5; do wait "${pids[i]}"; done
device tablet export --plain "$work/export" >/dev/null
[ "$(tail -n +2 "$work/export/marks.csv" | wc -l)" -eq 5 ] || fails "$(cat "$work/export/marks.csv")"

kill -KILL $run
wait $run 2>/dev/null || true
others=()
check "after SIGKILL to the one that ran, commands work directly again" device tablet mark S1 P1 absent
check "and the store is sound" device tablet verify

mkfifo "$work/in"
teren --home "$work/tablet" batch <"$work/in" >"$work/batch.out" &
others=($!)
exec 3>"$work/in"
echo status >&3
for _ in {1..400}; do [ ! -s "$work/batch.out" ] || break; sleep 0.02; done
refused "a store held by somebody who does not serve is busy" 8 "" device tablet mark S1 P1 present
exec 3>&-
wait "${others[@]}"
others=()

# Who comes while a command is at work waits for its end, `teren run` too: at boot nobody would start it again.
teren --home "$work/tablet" batch <"$work/in" >"$work/batch.out" &
others=($!)
exec 3>"$work/in"
echo status >&3
for _ in {1..400}; do [ ! -s "$work/batch.out" ] || break; sleep 0.02; done
device tablet mark S1 P2 present >"$work/waited" 2>&1 3>&- &
mark=$!
teren --home "$work/tablet" run >"$work/run.out" 2>&1 3>&- &
run=$!
exec 3>&-
wait "${others[@]}"
others=("$run")
promise="a mark made while a command was at work is taken"
wait $mark || fails "$(cat "$work/waited")"
promise="run that started while a command was at work serves"
for _ in {1..400}; do [ ! -S "$work/tablet/teren.sock" ] || break; sleep 0.02; done
[ -S "$work/tablet/teren.sock" ] || fails "$(cat "$work/run.out")"
kill $run
wait $run || fails "run ended with $?: $(cat "$work/run.out")"
others=()
