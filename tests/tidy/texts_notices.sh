#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A rule that nobody has seen fail is a belief: a small tree with one wrong text at a time, and texts.sh must name it.
# usage: texts_notices.sh TREE
set -euo pipefail
from=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fresh_tree() {
    rm -rf "$work/tree"
    mkdir -p "$work"/tree/{protocol/po,agent/cli,agent/page/web,server-stub,tests/tidy}
    cp "$from"/protocol/po/extract "$work/tree/protocol/po/"
    cp "$from"/tests/tidy/texts* "$work/tree/tests/tidy/"
    cat >"$work/tree/agent/cli/room.c" <<'C'
bool f(struct error *err) { return error_set(err, ERROR_INVALID, "Give another.", "%s is no %s", a, b); }
void g(struct call *call) { fprintf(call->out, say_many(call->words, "%llu row\n", "%llu rows\n", n), n); }
C
    echo 'h("p", {title: t("Save")}, tn("{n} person", "{n} people", n));' >"$work/tree/agent/page/web/main.js"
    echo '<!DOCTYPE html><title>Teren</title><main></main>' >"$work/tree/agent/page/web/index.html"
    cat >"$work/tree/protocol/po/sr.po" <<'PO'
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

#, c-format
msgid "%llu row\n"
msgid_plural "%llu rows\n"
msgstr[0] "%llu ред\n"
msgstr[1] "%llu реда\n"
msgstr[2] "%llu редова\n"

#, c-format
msgid "%s is no %s"
msgstr "%2$s није %1$s"

msgid "Give another."
msgstr "Дајте други."

msgid "Save"
msgstr "Сачувај"

msgid "{n} person"
msgid_plural "{n} people"
msgstr[0] "{n} особа"
msgstr[1] "{n} особе"
msgstr[2] "{n} особа"
PO
}

expect() { # what is said, after the tree was spoilt
    local said
    if said=$("$work/tree/tests/tidy/texts.sh" "$work/tree" 2>&1); then
        echo "texts.sh did not notice: $1"
        failed=1
    elif ! grep -qF -- "$1" <<<"$said"; then
        echo "texts.sh should have said \"$1\", but said: $said"
        failed=1
    fi
}
in_c() { printf '%s\n' "$1" >>"$work/tree/agent/cli/room.c"; }
in_js() { printf '%s\n' "$1" >>"$work/tree/agent/page/web/main.js"; }
in_po() { sed -i "$1" "$work/tree/protocol/po/sr.po"; }

fresh_tree
"$work/tree/tests/tidy/texts.sh" "$work/tree" || { echo "texts.sh found fault with a clean tree"; failed=1; }

fresh_tree; in_c 'bool k(void) { return error_set(err, K, c ? "One." : "Two.", "x"); }'; expect 'a text of error_set() is not seen by xgettext'
fresh_tree; in_c 'void k(void) { fprintf(call->out, "Hello there\n"); }'; expect '"Hello there" is printed without say()'
fresh_tree; in_c 'bool k(void) { return error_set(err, K, "", "%d line%s", n, n == 1 ? "" : "s"); }'; expect 'an s is not the plural'
fresh_tree; in_c 'void k(void) { puts(say(words, "A new one")); }'; expect '"A new one" is missing'
fresh_tree; in_js 'h("p", {}, "Attendance");'; expect '"Attendance" is shown without t()'
# shellcheck disable=SC2016 # the module's own quotes
fresh_tree; in_js 'h("p", {}, `Hello ${name} there`);'; expect 'is shown without t()'
fresh_tree; in_js 'h("p", {}, t("Attendance"));'; expect '"Attendance" is missing'
fresh_tree; echo '<p>Loading</p>' >>"$work/tree/agent/page/web/index.html"; expect '"Loading" stands in the page'
fresh_tree; in_po 's/Сачувај//'; expect '"Save" is not translated'
fresh_tree; in_po 's/реда//;s/"%llu \\n"/""/'; expect '"%llu row\n" is not translated'
fresh_tree; in_po '/^msgid "Save"/i#, fuzzy'; expect '"Save" is fuzzy'
fresh_tree; in_po 's/^msgid "Save"/msgid "Keep"/'; expect '"Keep" is said nowhere'
fresh_tree; in_po 's/%2\$s није/није/'; expect 'asks for other %directives'
fresh_tree; in_po 's/{n} особе/{m} особе/'; expect 'has other {names}'
fresh_tree; in_po 's/редова\\n/редова/'; expect 'line feed'
exit $failed
