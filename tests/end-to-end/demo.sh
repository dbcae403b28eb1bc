#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The demo plays the whole programme, and what the coordinator's agent pulled is right to the row.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

same() { # NAME [LINES]: all rows, but for lines that begin so: the marks of the webinar are expected in a list of their own
    diff <(sort "$TEREN_SOURCE/tests/programme/expected/$1.csv") <(grep -v "^${2:-nothing,}" "$work/out/$1.csv" | sort) |
        head -20 >"$work/differs" || true
    [ ! -s "$work/differs" ] || fails "$1.csv differs from what is expected: $(cat "$work/differs")"
}

check "the demo ends well" "$TEREN_SOURCE/packaging/demo" --out "$work/out"
holds "nothing was lost"
for name in conflicts activities webinar-minutes; do same $name; done
same marks WB-AR-1,
promise="everybody whom the report names is marked"
[ "$(grep -c '^WB-AR-1,P[0-9]*,present,laptop-webinar,' "$work/out/marks.csv")" = "$(grep -c '^WB-AR-1,' "$work/out/webinar-minutes.csv")" ] ||
    fails "marks and minutes of the webinar are not of the same people"
promise="the first lines are the headers of the expected files"
for name in marks conflicts activities webinar-minutes; do
    [ "$(head -1 "$work/out/$name.csv")" = "$(head -1 "$TEREN_SOURCE/tests/programme/expected/$name.csv")" ] || fails "$name.csv has another header"
done
refused "an option that is not known is told" 2 "--what is not known" "$TEREN_SOURCE/packaging/demo" --what
refused "a folder that is no programme is told" 1 "cannot be read" "$TEREN_SOURCE/packaging/demo" --programme "$work"
