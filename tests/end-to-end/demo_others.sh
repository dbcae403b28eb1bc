#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Other programmes of the same shape, made from seeds with an independent answer, are right to the row too.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

for seed in 1 2 3; do
    check "programme $seed is made" "$TEREN_SOURCE/tests/programme/generate" $seed "$work/programme$seed"
    check "the demo plays programme $seed" "$TEREN_SOURCE/packaging/demo" --programme "$work/programme$seed" --out "$work/out$seed"
    for name in marks conflicts activities; do
        promise="$name of programme $seed are right to the row"
        diff <(sort "$work/programme$seed/expected/$name.csv") <(sort "$work/out$seed/$name.csv") >"$work/differs" ||
            fails "seed $seed: $(head -20 "$work/differs")"
    done
done
