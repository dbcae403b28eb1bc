#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Everything that people read can be said in every language: texts are marked, extracted, translated, and asked for in the same way.
# usage: texts.sh TREE [marked|translated]
set -euo pipefail
tree=$1
what=${2:-all}
here=$tree/tests/tidy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

if [ "$what" != translated ]; then
    (cd "$tree" && find protocol agent -name '*.c' | LC_ALL=C sort | xargs "$here/texts.pl") || failed=1
    (cd "$tree" && find agent/page/web -name '*.js' -o -name '*.html' | LC_ALL=C sort | xargs "$here/texts_js.pl") || failed=1
fi
if [ "$what" != marked ]; then
    "$tree/protocol/po/extract" all "$tree" >"$work/teren.pot" 2>"$work/said" || { cat "$work/said"; failed=1; }
    "$here/texts_po.pl" "$work/teren.pot" "$tree"/protocol/po/*.po || failed=1
fi
exit $failed
