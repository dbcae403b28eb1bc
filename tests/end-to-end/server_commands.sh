#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What teren-server's commands promise, beside a running server and without one.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

check "help tells every command" teren-server help
names=(init serve 'device code' 'device list' 'device show' 'device revoke' 'device scope' 'user add' verify backup restore export bundle)
for name in "${names[@]}"; do holds "$name"; done
for name in "${names[@]}"; do
    # shellcheck disable=SC2086 # a command of two words
    check "$name explains itself" teren-server $name --help
    holds "usage: teren-server $name"
done
check "the manual page is made of the same table" teren-server help --man
holds '.TH TEREN-SERVER 1'
check "it says its version" teren-server --version
refused "no command is told" 2 "no command was given" teren-server
refused "an unknown command is told, with what is near" 2 '"verify" is near' teren-server verfy
refused "an unknown option is told, with what is near" 2 '--listen is near' teren-server serve --lisen x
refused "a folder without a ledger is told" 4 "" teren-server device list

promise="an error in JSON is one object on standard output, as the agent's"
for line in "verfy --json" "device list --json" "serve --json --lisen x"; do
    # shellcheck disable=SC2086 # words
    ! teren-server $line >"$work/said" 2>"$work/said.err" || fails "\"$line\" went well"
    grep -qE '^\{"error":\{"kind":"[a-z-]+","cause":".+","remedy":".*"\}\}$' "$work/said" || fails "$(cat "$work/said")"
    [ ! -s "$work/said.err" ] || fails "$(cat "$work/said.err")"
done

check "an association is made" teren-server init --name test
refused "it is never made twice" 3 "already holds" teren-server init
check "unless that is well" teren-server init --if-missing
promise="the data folder is nobody else's"
[ "$(stat -c %a "$TEREN_SERVER_DATA")" = 700 ] || fails "$(stat -c %a "$TEREN_SERVER_DATA")"
[ -z "$(find "$TEREN_SERVER_DATA" -type f -perm /077)" ] || fails "$(ls -l "$TEREN_SERVER_DATA")"

start_server
refused "two servers on one folder are told" 8 "another teren-server" teren-server serve --listen 127.0.0.1:0
lists 5
enrol coordinator '*'
check "the lists are taken" device coordinator import "$work/lists"
check "they are delivered" device coordinator sync

check "a code is made beside the running server" teren-server device code tablet --municipality ZZ-1 --json
holds '"scope":["*/ZZ-1"]'
check "a municipality that no list has is noted" teren-server device code mistyped --municipality ZZ-NO --scope ZZ-1
grep -q '^note: no list has a municipality ZZ-NO;' "$work/said.err" || fails "$(cat "$work/said.err")"
check "and in JSON" teren-server device code mistyped --municipality ZZ-NO --scope ZZ-1 --json
holds '"unknown_municipalities":["ZZ-NO"]'
check "one that a list has is not" teren-server device code mistyped --municipality ZZ-1
[ ! -s "$work/said.err" ] || fails "$(cat "$work/said.err")"
refused "a device needs a place or a scope" 2 "neither --municipality nor --scope" teren-server device code other
refused "hours are bounded" 2 "1 to 744" teren-server device code other --municipality ZZ-1 --valid-hours 745
check "the longest time is taken" teren-server device code other --municipality ZZ-1 --valid-hours 744
enrol tablet ZZ-1
check "the tablet fetches its lists" device tablet sync
check "devices are listed" teren-server device list
holds tablet
holds coordinator
check "and as JSON" teren-server device list --json
refused "an unknown device is told" 4 "no device nobody" teren-server device show nobody

check "a third tablet makes its store" device third init
code=$(code_for third ZZ-1)
last=${code: -1}
promise="a code with its last character mistyped is refused"
! device third enrol "$url" "${code%?}$([ "$last" = 7 ] && echo 8 || echo 7)" >"$work/said" 2>&1 || fails "$(cat "$work/said")"
check "a fresh code enrols the tablet all the same" device third enrol "$url" "$(code_for third ZZ-1)"
check "it syncs" device third sync
check "it may be given another name and scope" device third enrol "$url" "$(code_for renamed '*')"
check "and comes to what that may hold" device third sync
check "it is one device, by its new name" teren-server device show renamed --json
holds '"state":"enrolled"'

check "a device is revoked" teren-server device revoke tablet
refused "it is refused from then on" 12 "" device tablet sync
check "it keeps recording" device tablet mark S1 P1 present
check "it is let in again" teren-server device revoke tablet --undo
check "and delivers what it kept" device tablet sync
check "its scope is set" teren-server device scope tablet ZZ-1 ZZ-2
check "and shown" teren-server device show tablet
holds "ZZ-2"

refused "a short password is refused" 3 "" bash -c 'echo short | teren-server user add milena --role coordinator'
refused "a role is needed" 2 "no role" teren-server user add milena
check "a person is added" bash -c 'echo a long enough passphrase | teren-server user add milena --role coordinator'
check "and listed, without the password" teren-server user list
holds milena
promise="no password in clear is on the disk"
! grep -rqa "a long enough passphrase" "$TEREN_SERVER_DATA" || fails "it is"

check "metrics are there" curl -sf "$url/metrics"
holds teren_exchanges_total
check "and health" curl -sf "$url/healthz"

check "a backup is made while it runs" teren-server backup "$work/backup.db"
refused "a backup never replaces one" 3 "is there already" teren-server backup "$work/backup.db"
check "a mark after the backup" device tablet mark S1 P2 late
check "is delivered" device tablet sync
check "the ledger is whole" teren-server verify
check "it is exported" teren-server export "$work/export"
promise="the export has a BOM, CRLF and the codes people know"
head -c 3 "$work/export/people.csv" | cmp -s - <(printf '\357\273\277') || fails "no BOM"
grep -q $'\r$' "$work/export/people.csv" || fails "no CRLF"
grep -q '^S1,P2,late' "$work/export/attendance.csv" || fails "$(cat "$work/export/attendance.csv")"

promise="a server that is asked to stop ends with 0"
kill -TERM "$server_pid"
wait "$server_pid" || fails "it ended with $?"
server_pid=''
check "commands work without a server too" teren-server device list

refused "nothing is restored over a ledger" 3 "already holds" teren-server restore "$work/backup.db"
rm -rf "$TEREN_SERVER_DATA"
head -c 20000 "$work/backup.db" >"$work/torn.db"
refused "a torn backup is not restored" 6 "" teren-server restore "$work/torn.db"
promise="and leaves the folder empty to everybody else"
[ ! -e "$TEREN_SERVER_DATA/ledger.db" ] || fails "$(ls "$TEREN_SERVER_DATA")"
check "a whole one is" teren-server restore "$work/backup.db"
start_server
check "the tablet sends again what the backup lacked" device tablet sync
check "and all is verified" device tablet status --json
holds '"verified":true'
check "the server has it" teren-server export "$work/after"
grep -q '^S1,P2,late' "$work/after/attendance.csv" || fails "the mark after the backup is gone"
check "the restored ledger is whole" teren-server verify

check "a tablet with no network" device tablet mark S1 P3 present
check "writes a bundle" device tablet bundle export "$work/stick"
check "the server takes it" teren-server bundle "$work/stick" --reply "$work/reply"
check "the tablet takes the reply" device tablet bundle import "$work/reply"
check "nothing waits any more" device tablet status --json
[ "$(number waiting <"$work/said")" -eq 0 ] || fails "$(cat "$work/said")"
printf x | dd of="$work/stick" bs=1 seek=100 conv=notrunc 2>/dev/null
refused "a bundle with one wrong byte is told" 6 "" teren-server bundle "$work/stick" --reply "$work/reply2"
refused "a bundle without a place for its reply is told" 2 "no place was given" teren-server bundle "$work/stick"
