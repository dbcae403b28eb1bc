#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Reads the tree and fails on what the house does not want: the list is the functions below.
# Not here: compiling, the style that clang-format keeps.
# usage: tidy.sh TREE
set -euo pipefail
cd "$1"
columns_max=140 function_lines_max=75 file_lines_max=500
found=$(mktemp)
trap 'rm -f "$found"' EXIT

say() { echo "$*" >>"$found"; }

sources() { find protocol agent server-stub tests -name '*.[ch]' -type f | sort; }

# What the browser runs: the same rules, in its own comments.
pages() { find agent server-stub tests -name node_modules -prune -o \( -name '*.js' -o -name '*.mjs' -o -name '*.css' -o -name '*.html' \) -type f -print | sort; }

# A longer file needs a reason, written in exceptions.txt: "path: reason".
is_excepted() { [ -f tests/tidy/exceptions.txt ] && grep -q "^$1: ." tests/tidy/exceptions.txt; }

top_level_holds_what_was_agreed() {
    local name
    for name in * .[!.]*; do
        case $name in
        '*' | '.[!.]*') ;; # none of that kind
        CMakeLists.txt | CMakePresets.json | README.md | LICENSE | CHANGELOG.md | CONTRIBUTING.md) ;;
        .clang-format | .editorconfig | .gitignore | .ci | .git | build) ;;
        agent | protocol | server-stub | tests | packaging) ;;
        *) say "$name: does not belong at the top level" ;;
        esac
    done
}

files_open_by_saying_what_lives_there() {
    local file
    for file in $(sources); do
        [ "$(sed -n 1p "$file")" = "// SPDX-License-Identifier: Apache-2.0" ] || say "$file:1: the licence line is missing"
        case $(sed -n 2p "$file") in
        '/* '*) ;;
        *) say "$file:2: the file does not open by saying what lives here" ;;
        esac
        case $file in
        tests/*) ;;
        *) sed '/\*\//q' "$file" | grep -q 'Not here' || say "$file: the opening does not say what is not here" ;;
        esac
    done
    for file in $(pages); do
        sed -n 1,2p "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || say "$file:1: the licence line is missing"
        sed -n 1,12p "$file" | grep -q 'Not here' || say "$file: the opening does not say what is not here"
    done
}

lines_functions_and_files_are_short() {
    local file lines
    for file in $(pages); do
        awk -v file="$file" -v columns="$columns_max" '
            function width(text) { gsub(/[\200-\277]/, "", text); return length(text) }
            width($0) > columns { print file ":" NR ": the line has more than " columns " columns" }
            /[ \t]$/ { print file ":" NR ": white space at the end" }' "$file" >>"$found"
        lines=$(wc -l <"$file")
        [ "$lines" -le "$file_lines_max" ] || is_excepted "$file" || say "$file: has $lines lines"
    done
    for file in $(sources); do
        awk -v file="$file" -v columns="$columns_max" -v most="$function_lines_max" '
            function width(text) { gsub(/[\200-\277]/, "", text); return length(text) }
            width($0) > columns { print file ":" NR ": the line has more than " columns " columns" }
            /^\{$/ { began = NR }
            /^\}/ && began { if (NR - began + 1 > most) print file ":" began ": the function has " NR - began + 1 " lines"; began = 0 }
            /[ \t]$/ { print file ":" NR ": white space at the end" }
            /\t/ { print file ":" NR ": a tab" }' "$file" >>"$found"
        lines=$(wc -l <"$file")
        if [ "$lines" -gt "$file_lines_max" ] && ! is_excepted "$file"; then
            say "$file: has $lines lines"
        fi
    done
}

# The floors: a file may include what stands on its own floor's list, its own folder, and what lies below.
floor_of() {
    case $1 in
    protocol/*) echo 1 ;;
    agent/store/* | server-stub/ledger/*) echo 2 ;;
    agent/sync/*) echo 3 ;;
    agent/system/* | server-stub/app/*) echo 4 ;;
    agent/app/* | server-stub/http/*) echo 5 ;;
    agent/page/* | server-stub/desk/*) echo 6 ;;
    agent/cli/* | server-stub/cli/*) echo 7 ;;
    agent/main.c | server-stub/main.c) echo 8 ;;
    *) echo 0 ;;
    esac
}

includes_point_down() {
    local file line header
    while IFS= read -r line; do
        file=${line%%:*}
        header=${line#*\"}
        header=${header%%\"*}
        case $file in tests/*) continue ;; esac
        if [ "$(floor_of "$header")" = 0 ]; then
            say "$file: includes \"$header\", which is not named from the top of the tree"
        elif [ "${file%/*}" != "${header%/*}" ] && [ "$(floor_of "$header")" -ge "$(floor_of "$file")" ]; then
            say "$file: includes \"$header\", which does not lie below it"
        fi
        case $file:$header in
        agent/*:server-stub/* | server-stub/*:agent/*) say "$file: includes \"$header\" of the other program" ;;
        esac
        case $file:$header in
        */main.c:*) ;;
        server-stub/ledger/*:*) ;;
        *:server-stub/ledger/sqlite*.h) say "$file: names a ledger's adapter; only main.c may" ;;
        esac
    done < <(sources | xargs grep -HE '^ *# *include *"' | sed 's/:[ ]*#/:#/')
}

libraries_stay_in_their_rooms() {
    local file library rooms room ok
    while read -r library rooms; do
        for file in $(sources | xargs grep -lE "^ *# *include *<$library" || true); do
            ok=no
            case $file in tests/*) ok=yes ;; esac
            for room in $rooms; do
                case $file in "$room"*) ok=yes ;; esac
            done
            [ $ok = yes ] || say "$file: names <$library>, which lives in $rooms"
        done
    done <<'ROOMS'
sqlite3 agent/store/ server-stub/ledger/sqlite
jansson protocol/ agent/main.c server-stub/main.c
zlib protocol/
sodium protocol/
utf8proc protocol/
curl/ agent/system/
microhttpd agent/page/ server-stub/http/
libpq server-stub/ledger/postgres
xlsxwriter server-stub/desk/ agent/app/
check nowhere-but-tests/
ROOMS
}

the_tree_stands_alone() {
    local outside
    outside=$(printf '\\.\\./%s' shared) # said in pieces, so that this file is not found
    grep -rnE --exclude-dir=.git --exclude-dir=build --exclude-dir=node_modules "$outside" . >>"$found" || true
    find . -path ./.git -prune -o -path ./build -prune -o -name node_modules -prune -o -type l -print | sed 's/$/: a link, which a stranger may not have/' >>"$found"
}

top_level_holds_what_was_agreed
files_open_by_saying_what_lives_there
lines_functions_and_files_are_short
includes_point_down
libraries_stay_in_their_rooms
the_tree_stands_alone

[ -n "$(sources)" ] || say "no sources were found in $PWD"
cat "$found"
[ ! -s "$found" ]
