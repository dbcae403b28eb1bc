#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The commands speak the language of whoever types them, also through `teren run`; what programs read is the same in all of them.
# Not here: whether every text is translated (tests/tidy/texts.sh), the page (tests/browser).
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

export TEREN_HOME=$work/device
check "a device is made" teren init
check "lists come in" teren import "$TEREN_SOURCE/tests/programme"

cyrillic() { LC_ALL=C grep -qP '\xD0[\x80-\xBF]' "$work/said" || fails "$promise: there is no Cyrillic letter in: $(cat "$work/said")"; }
no_cyrillic() { ! LC_ALL=C grep -qP '[\xD0\xD1][\x80-\xBF]' "$work/said" || fails "$promise: there are Cyrillic letters in: $(cat "$work/said")"; }
english() { holds "Waiting:"; }

every_road() { # the same promises, with and without `teren run`
    check "$1: Serbian in Cyrillic" env TEREN_LANGUAGE=sr-Cyrl teren status
    cyrillic
    check "$1: Serbian in Latin letters, by the locale" env LC_ALL=sr_RS.UTF-8@latin teren status
    no_cyrillic
    ! grep -q 'Waiting:' "$work/said" || fails "$promise: it was English"
    check "$1: Macedonian, by the list of languages" env LC_ALL=en_GB.UTF-8 LANGUAGE=de:mk teren status
    cyrillic
    check "$1: the plain locale is English, whatever the list says" env LC_ALL=C LANGUAGE=mk teren status
    english
    check "$1: a language that nobody translated is English" env TEREN_LANGUAGE=de teren status
    english
    check "$1: what programs read, in English" env TEREN_LANGUAGE=en teren report --json
    cp "$work/said" "$work/english"
    check "$1: what programs read, in Macedonian" env TEREN_LANGUAGE=mk teren report --json
    cmp -s "$work/english" "$work/said" || fails "$promise: it is not the same"
    promise="$1: an error is told in the language, too"
    ! TEREN_LANGUAGE=sr-Cyrl teren mark TT-RS-BUJ-1 P9999 present 2>"$work/said" || fails "$promise: it went well"
    cyrillic
    promise="$1: the error that programs read is English"
    ! TEREN_LANGUAGE=sr-Cyrl teren mark TT-RS-BUJ-1 P9999 present --json >"$work/said" || fails "$promise: it went well"
    no_cyrillic
}

every_road "alone"
check "help" env TEREN_LANGUAGE=sr-Cyrl teren mark --help
cyrillic
check "the manual stays English" env TEREN_LANGUAGE=sr-Cyrl teren help --man
no_cyrillic

teren run --no-page >"$work/ready" &
others+=($!)
for _ in {1..600}; do
    ! grep -q '^Ready' "$work/ready" || break
    sleep 0.05
done
every_road "through run"
