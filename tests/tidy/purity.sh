#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# protocol/ is pure: what it calls outside itself is on a short list, and it keeps nothing that can change.
# Not here: what its code looks like (tidy.sh).
# usage: purity.sh LIBRARY ALLOWED
set -euo pipefail
library=$1 allowed=$2
failed=0

undefined=$(comm -23 <(nm -u "$library" | awk 'NF == 2 { print $2 }' | sort -u) \
                     <(nm --defined-only "$library" | awk 'NF == 3 { print $3 }' | sort -u))
for symbol in $undefined; do
    if ! grep -qxF -- "$symbol" "$allowed"; then
        echo "protocol/ calls $symbol, which is not on $allowed"
        failed=1
    fi
done

# Writable data: .data and .bss of any size. Tables of pointers are in .data.rel.ro, which the loader makes read-only.
changing=$(readelf -SW "$library" | awk '
    /^File:/ { file = $2 }
    { sub(/^ *\[ *[0-9]+\] */, "") }
    ($1 ~ /^\.(data|bss|tdata|tbss)$/ || $1 ~ /^\.data\.rel(\.local)?$/) && $5 !~ /^0+$/ { print file ": " $1 " of 0x" $5 " bytes" }')
if [ -n "$changing" ]; then
    echo "protocol/ keeps state that can change:"
    echo "$changing"
    failed=1
fi

[ -n "$undefined" ] || { echo "no symbols were read from $library"; failed=1; }
exit $failed
