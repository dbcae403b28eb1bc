# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What every end-to-end test needs: a folder of its own, the two programs, a server on a free port, words for what went wrong.
# Not here: any promise. A test is `. lib.sh`, then promises with `check` and `refused`, in order; it ends with 0 when all held.
set -euo pipefail
: "${TEREN_BIN:?name the build folder}" "${TEREN_SOURCE:?name the source folder}"
PATH=$TEREN_BIN/agent:$TEREN_BIN/server-stub:$PATH
work=$(mktemp -d)
export TEREN_SERVER_DATA=$work/server LC_ALL=C.UTF-8
unset TEREN_HOME TEREN_LANGUAGE LANGUAGE NOTIFY_SOCKET WATCHDOG_USEC
server_pid='' url=''
declare -a others=()

clean_up() {
    local status=$? pid
    for pid in "${others[@]}" $server_pid; do
        kill -KILL "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    [ $status -eq 0 ] || echo "FAILED at: ${promise:-the beginning}"
    rm -rf "$work"
    exit $status
}
trap clean_up EXIT

promise=''
check() { # PROMISE COMMAND...: the command succeeds
    promise=$1
    shift
    "$@" >"$work/said" 2>"$work/said.err" || {
        echo "\"$*\" ended with $?: $(cat "$work/said" "$work/said.err")"
        exit 1
    }
}

refused() { # PROMISE CODE WORDS COMMAND...: the command ends with CODE and one line of error that holds WORDS
    local code=$2 words=$3 status=0
    promise=$1
    shift 3
    "$@" >"$work/said" 2>"$work/said.err" || status=$?
    [ $status -eq "$code" ] || { echo "\"$*\" ended with $status, not $code: $(cat "$work/said" "$work/said.err")"; exit 1; }
    [ "$(wc -l <"$work/said.err")" -eq 1 ] || { echo "\"$*\" told its error in other than one line: $(cat "$work/said.err")"; exit 1; }
    grep -qF -- "$words" "$work/said.err" || { echo "\"$*\" did not say \"$words\": $(cat "$work/said.err")"; exit 1; }
}

holds() { # WORDS: the last output has them
    grep -qF -- "$1" "$work/said" || { echo "\"$1\" is not in: $(cat "$work/said")"; exit 1; }
}

fails() { echo "$*"; exit 1; }

number() { # KEY: the first number of that name in JSON on standard input
    sed -nE "s/.*\"$1\": ?(-?[0-9]+).*/\1/p" | head -1
}

start_server() { # sets url, server_pid; the same port again when there was one
    local listen=127.0.0.1:0
    [ -z "$url" ] || listen=${url#*://}
    : >"$work/ready"
    "${server_under[@]}" teren-server serve --listen "$listen" "${serve_with[@]}" >"$work/ready" 2>>"$work/server.log" &
    server_pid=$!
    await_server
}
declare -a server_under=() # a program that runs the server, such as strace
declare -a serve_with=()   # more words for `serve`

await_server() {
    local _
    for _ in {1..600}; do
        grep -q '^ready on ' "$work/ready" && break
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.05
    done
    url=$(sed -n 's/^ready on //p' "$work/ready")
    [ -n "$url" ] || fails "the server was not ready: $(tail -5 "$work/server.log")"
}

stop_server() { # SIGNAL: and waits for its end
    kill "-${1:-TERM}" "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
    server_pid=''
}

device() { # NAME ARGUMENTS...
    local name=$1
    shift
    teren --home "$work/$name" "$@"
}

code_for() { # NAME GRANT...
    local name=$1 scopes=()
    shift
    for grant in "$@"; do scopes+=(--scope "$grant"); done
    teren-server device code "$name" "${scopes[@]}" | head -1
}

enrol() { # NAME GRANT...
    check "$1 makes its store" device "$1" init
    check "$1 enrols" device "$1" enrol "$url" "$(code_for "$@")"
}

# A small programme: one activity of one session, with as many people as wanted.
lists() { # PEOPLE
    local i
    mkdir -p "$work/lists"
    printf 'code,name,name_cyrillic,country,tablets\nZZ-1,Opština,,RS,1\n' >"$work/lists/municipalities.csv"
    printf 'code,programme,kind,title,municipality,starts_on,ends_on,mode,min_minutes_pct,planned_participants\n' >"$work/lists/activities.csv"
    printf 'A1,p1,teacher_training,Obuka,ZZ-1,2024-05-02,2024-05-02,in_person,80,30\n' >>"$work/lists/activities.csv"
    printf 'code,activity,title,date,starts_at,minutes,mode\nS1,A1,Modul 1,2024-05-02,09:00,90,in_person\n' >"$work/lists/sessions.csv"
    printf 'ref,full_name,sex,birth_year,organisation,position,municipality,phone,email\n' >"$work/lists/people.csv"
    printf 'activity,person,role\n' >"$work/lists/enrolments.csv"
    for ((i = 1; i <= $1; i++)); do
        printf 'P%d,Osoba %d,F,1980,,nastavnik,ZZ-1,,\n' "$i" "$i" >>"$work/lists/people.csv"
        printf 'A1,P%d,participant\n' "$i" >>"$work/lists/enrolments.csv"
    done
}

# Server, coordinator with the lists, and one tablet that holds them.
small_world() { # PEOPLE
    check "an association is made" teren-server init --name test
    start_server
    lists "$1"
    enrol coordinator '*'
    check "the lists are taken" device coordinator import "$work/lists"
    check "the coordinator syncs" device coordinator sync
    enrol tablet ZZ-1
    check "the tablet fetches its lists" device tablet sync
}
