#!/bin/sh
# fuzz.sh TIME: runs every fuzz target of the module for TIME, one after the other, and fails if one of them does.
set -eu
bad=
for file in $(git ls-files -co --exclude-standard '*_test.go' | xargs grep -l '^func Fuzz'); do
  for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
    echo "== $(dirname "$file") $target"
    go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$1" || bad=1
  done
done
[ -z "$bad" ]
