#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the real programs cost: bytes on the wire (counted by a proxy between device and server, HTTP headers, receipts and all), memory,
# start-up. Prints each figure beside its limit; fails only when something does not work. Expects TEREN_BIN and TEREN_SOURCE.
# Not here: what a library call costs (bench_*.c).
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/../end-to-end/lib.sh"

counts=$work/counts
figure() { # NAME VALUE UNIT LIMIT
    printf '%-44s %10s %-14s (limit %s)\n' "$@"
}
rss() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
peak() { awk '/^VmHWM/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
wire() { cat "$counts" 2>/dev/null || echo 0 0 0; }
since() { # UP DOWN CONNECTIONS: what passed since then; sets up, down, trips
    local now _
    for _ in {1..100}; do # the proxy notes a connection when it has ended
        read -r -a now <<<"$(wire)"
        [ "${now[2]}" -gt "$3" ] && break
        sleep 0.02
    done
    up=$((now[0] - $1)) down=$((now[1] - $2)) trips=$((now[2] - $3))
}

small_world 30
"$TEREN_BIN/tests/end-to-end/teren-proxy" --to "${url##*:}" --count "$counts" >"$work/port" &
others+=($!)
for _ in {1..100}; do [ -s "$work/port" ] && break; sleep 0.05; done
server_url=$url
url=http://127.0.0.1:$(cat "$work/port")
enrol counted ZZ-1
check "it fetches its lists" device counted sync

# --- a training day ------------------------------------------------------------------------------------------------------------
first=(Ana Jovan Đorđe Ljubica Shpresa Blerim Željka Мирко Çlirim Sanja) last=(Petrović Ђукић Hoxha Krasniqi Šaranović Илић Begić Stojanovski Marić Kovač)
{
    echo 'activity add DAY-1 --programme p1 --kind teacher_training --title "Obuka za inkluzivno obrazovanje" --municipality ZZ-1' \
        '--starts-on 2024-05-06 --ends-on 2024-05-06 --mode in_person --min-minutes-pct 80 --planned-participants 30'
    for s in 1 2 3; do
        echo "session add DAY-1-$s --activity DAY-1 --title 'Modul $s' --date 2024-05-06 --starts-at $((7 + 2 * s)):00 --minutes 90 --mode in_person" | sed 's/at 9:/at 09:/'
    done
    for ((i = 0; i < 30; i++)); do
        name="${first[i % 10]} ${last[(i * 7 + i / 10) % 10]}"
        echo "person add W$((i + 1)) --full-name \"$name\" --sex $((i % 3 ? 0 : 1)) --birth-year $((1960 + i * 13 % 40)) --organisation 'OŠ „Vuk Karadžić“'" \
            "--position $((i % 4 ? 0 : 1)) --municipality ZZ-1 --phone +3816$((10000000 + i * 7919 * 613 % 89999999))" \
            "--email osoba.$((i * 31 % 97)).$i@skola.example" | sed 's/--sex 0/--sex F/; s/--sex 1/--sex M/; s/--position 0/--position nastavnik/; s/--position 1/--position pedagog/'
    done
    for s in 1 2 3; do
        for ((i = 0; i < 30; i++)); do
            status=present
            [ $(((i * 11 + s) % 9)) -eq 0 ] && status=late
            [ $(((i * 5 + s) % 13)) -eq 0 ] && status=absent
            echo "mark DAY-1-$s W$(((i * 17 + s * 3) % 30 + 1)) $status"
        done
    done
} >"$work/day"
# A second for a millisecond: the marks of a day are seconds apart, and their stamps cost what such stamps cost.
while IFS= read -r line; do
    echo "$line"
    sleep "0.0$((10 + RANDOM % 30))"
done <"$work/day" | LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME='@2024-05-06 09:00:00 x1000' \
    teren --home "$work/counted" batch >"$work/day.said"
[ "$(grep -c '^= 0$' "$work/day.said")" -eq 124 ] || fails "the day was not recorded: $(grep -B2 '^= [1-9]' "$work/day.said" | head -5)"
read -r -a before <<<"$(wire)"
check "the day is sent" device counted sync
since "${before[@]}"
figure "training day of 124 changes, up and down" "$(awk "BEGIN { printf \"%.1f\", ($up + $down) / 124 }")" "bytes a change" "20; $up up, $down down, $trips trip(s)"
read -r -a before <<<"$(wire)"
check "nothing is sent" device counted sync
since "${before[@]}"
figure "idle sync, both ways" $((up + down)) bytes "700; $up up, $down down, $trips trip"

# --- memory --------------------------------------------------------------------------------------------------------------------
# The child lives for one session only, so its peak is read while it does, as often as a shell can.
watch_child() {
    echo 0 >"$work/child"
    while kill -0 "$run_pid" 2>/dev/null; do
        for child in $(pgrep -P "$run_pid"); do peak "$child" >"$work/child.new" 2>/dev/null && [ -s "$work/child.new" ] && mv "$work/child.new" "$work/child"; done
        sleep 0.02
    done 2>/dev/null &
    watcher=$!
    others+=("$watcher")
}
child_peak() {
    kill "$watcher"
    wait "$watcher" 2>/dev/null || true
    cat "$work/child"
}
# Told of readiness through the status command: it answers only when `run` serves.
run_device() { # NAME
    teren --home "$work/$1" run >"$work/run.log" 2>&1 &
    run_pid=$!
    others+=("$run_pid")
    for _ in {1..200}; do device "$1" status --json >/dev/null 2>&1 && [ -S "$work/$1/teren.sock" ] && break; sleep 0.05; done
}
run_device counted
check "it syncs through run" device counted sync
figure "teren run, idle after a sync" "$(rss "$run_pid")" "MB RSS" 10
kill "$run_pid"; wait "$run_pid" || true

url=$server_url
enrol big '*'
check "it fetches its lists" device big sync
people=${TEREN_BENCH_PEOPLE:-50000}
{
    echo 'ref,full_name,sex,birth_year,organisation,position,municipality,phone,email'
    seq "$people" | awk '{ printf "B%d,Osoba %d,%s,%d,OŠ „Vuk Karadžić“,nastavnik,ZZ-1,+3816%07d,osoba%d@skola.example\n", $1, $1, $1 % 2 ? "F" : "M", 1950 + $1 % 50, $1 * 7919 % 9999999, $1 }'
} >"$work/people.csv"
check "$people people are recorded" device big import "$work/people.csv"
run_device big
watch_child
check "$people changes are sent" device big sync
figure "teren run, peak while sending $people changes" "$(peak "$run_pid")" "MB RSS" "32; and $(child_peak) in the child that carries its exchanges"
kill "$run_pid"; wait "$run_pid" || true
enrol reader '*'
run_device reader
watch_child
check "$people rows are pulled" device reader sync
figure "teren run, peak while pulling $people rows" "$(peak "$run_pid")" "MB RSS" "32; and $(child_peak) in the child that carries its exchanges"
figure "teren-server, after all this" "$(rss "$server_pid")" "MB RSS" "none"
kill "$run_pid"; wait "$run_pid" || true

# --- start-up ------------------------------------------------------------------------------------------------------------------
sed 's/^B/C/' "$work/people.csv" >"$work/more.csv"
check "twice as many are recorded" device reader import "$work/more.csv"
best() { # the fastest of 20 starts, in ms: what the program costs, not what else the machine did
    local i t0 t1 least=999999
    for i in {1..20}; do
        t0=${EPOCHREALTIME/./}
        "$@" >/dev/null
        t1=${EPOCHREALTIME/./}
        [ $((t1 - t0)) -lt $least ] && least=$((t1 - t0))
    done
    awk "BEGIN { printf \"%.1f\", $least / 1000 }"
}
figure "teren status on a store of $(device reader status --json | number rows) rows" "$(best device reader status)" "ms" 20
figure "teren version, for comparison" "$(best device reader version)" "ms" "none"
