#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The shell scripts of the tree, looked at by shellcheck.
# usage: scripts.sh TREE
set -euo pipefail
cd "$1"
command -v shellcheck >/dev/null || { echo "shellcheck is missing: run packaging/install-deps"; exit 1; }
mapfile -t scripts < <(grep -rlE --exclude-dir=.git --exclude-dir=build --exclude-dir=node_modules '^#!(/bin/bash|/bin/sh|/usr/bin/env bash)' .ci packaging protocol tests | sort)
[ "${#scripts[@]}" -gt 0 ]
# SC1111: the names in this tree bear „such quotes“ on purpose.
shellcheck -x --severity=warning --exclude=SC1111 "${scripts[@]}"
for script in "${scripts[@]}"; do
    [ -x "$script" ] || { echo "$script: cannot be run"; exit 1; }
done
