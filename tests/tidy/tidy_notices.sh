#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A rule that nobody has seen fail is a belief: a small tree with one wrong thing at a time, and tidy.sh must name it.
# usage: tidy_notices.sh TREE
set -euo pipefail
tidy=$1/tests/tidy/tidy.sh
purity=$1/tests/tidy/purity.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fresh_tree() {
    rm -rf "$work/tree"
    mkdir -p "$work"/tree/{protocol,agent/store,agent/cli,server-stub/ledger,tests,packaging}
    printf '%s\n' '// SPDX-License-Identifier: Apache-2.0' '/* A room.' ' * Not here:  other things.' ' */' >"$work/head"
    cp "$work/head" "$work/tree/protocol/room.c"
    cp "$work/head" "$work/tree/agent/store/store.c"
}

expect() { # what is said, after the tree was spoilt
    local said
    if said=$("$tidy" "$work/tree"); then
        echo "tidy.sh did not notice: $1"
        failed=1
    elif ! grep -qF -- "$1" <<<"$said"; then
        echo "tidy.sh should have said \"$1\", but said: $said"
        failed=1
    fi
}

lines() { awk -v count="$1" -v text="$2" 'BEGIN { while (count-- > 0) print text }'; }

add() { cat "$work/head" - >"$work/tree/$1"; }

fresh_tree
"$tidy" "$work/tree" || { echo "tidy.sh found fault with a clean tree"; failed=1; }

fresh_tree; touch "$work/tree/notes.txt"; expect "notes.txt: does not belong"
fresh_tree; echo 'int x;' >"$work/tree/protocol/bare.c"; expect "protocol/bare.c:1: the licence line is missing"
fresh_tree; sed -i /Not/d "$work/tree/protocol/room.c"; expect "does not say what is not here"
fresh_tree; printf '// %0138d\n' 0 | add protocol/wide.c; expect "protocol/wide.c:5: the line has more than 140 columns"
fresh_tree; printf '// %0137d\n' 0 | add protocol/wide.c; "$tidy" "$work/tree" || failed=1
fresh_tree; { echo 'void f(void)'; echo '{'; lines 74 '    f();'; echo '}'; } | add protocol/long.c; expect "protocol/long.c:6: the function has 76 lines"
fresh_tree; { echo 'void f(void)'; echo '{'; lines 73 '    f();'; echo '}'; } | add protocol/long.c; "$tidy" "$work/tree" || failed=1
fresh_tree; lines 497 '//' | add protocol/long.c; expect "protocol/long.c: has 501 lines"
fresh_tree; lines 496 '//' | add protocol/long.c; "$tidy" "$work/tree" || failed=1
fresh_tree; echo '#include "agent/store/store.h"' | add protocol/up.c; expect "which does not lie below it"
fresh_tree; echo '#include "server-stub/ledger/ledger.h"' | add agent/cli/across.c; expect "of the other program"
fresh_tree; echo '#include "server-stub/ledger/sqlite.h"' | add agent/cli/adapter.c; expect "only main.c may"
fresh_tree; echo '#include "room.h"' | add protocol/near.c; expect "not named from the top"
fresh_tree; echo '#include <sqlite3.h>' | add protocol/db.c; expect "names <sqlite3>"
fresh_tree; echo '#include <jansson.h>' | add agent/store/json.c; expect "names <jansson>"
fresh_tree; echo '// see ..''/shared/x' | add protocol/outside.c; expect "protocol/outside.c:5:"
fresh_tree; mkdir -p "$work/tree/agent/page/web"; echo 'let x;' >"$work/tree/agent/page/web/x.js"; expect "agent/page/web/x.js:1: the licence line"
fresh_tree; mkdir -p "$work/tree/agent/page/web"; { cat "$work/head"; lines 497 '//'; } >"$work/tree/agent/page/web/x.js"
expect "agent/page/web/x.js: has 501 lines"
fresh_tree; ln -s /etc "$work/tree/tests/etc"; expect "a link"

# The purity test, on a library that is not pure.
cat >"$work/impure.c" <<'C'
#include <time.h>
static long kept = 3;
long now(void);
long now(void)
{
    return kept++ + (long)time(0);
}
C
cc -c -o "$work/impure.o" "$work/impure.c"
ar rcs "$work/libimpure.a" "$work/impure.o"
if said=$("$purity" "$work/libimpure.a" "$1/tests/tidy/allowed-symbols.txt"); then
    echo "purity.sh did not notice time()"
    failed=1
fi
grep -q 'calls time,' <<<"$said" || { echo "purity.sh did not name time: $said"; failed=1; }
grep -q 'state that can change' <<<"$said" || { echo "purity.sh did not see writable data: $said"; failed=1; }
exit $failed
