#!/usr/bin/env bash
# scripts/launches.sh LEAKLINT
#
# How long do the goroutines of go statements live? Counts the go statements of
# the pinned modules of eval/modules.tsv, in the copies that make eval has
# fetched, by what internal/spawn says of them, outside tests and in them. Lists
# each in $LIST, if that is set. Exit status 1 if more than 15 % are unknown.
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -eq 1 ] && [ -x "$1" ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
bin=$(realpath "$1")
cache=$(cd "${EVAL_DIR:-$here/.cache/eval}" 2>/dev/null && pwd) || { echo "no modules: run make eval first" >&2; exit 2; }
export GOTOOLCHAIN=local GOFLAGS="-mod=mod -buildvcs=false" GOWORK=off
all=$(mktemp)
trap 'rm -f "$all"' EXIT
while IFS=$'\t' read -r mod ver; do
	case $mod in '' | '#'*) continue ;; esac
	(cd "$cache/${mod//\//+}@$ver" && "$bin" -debug=launches ./... 2>&1 >/dev/null) |
		grep -E '^[^ ]+:[0-9]+:[0-9]+: go statement: ' | sed "s#^#$mod\t#" >>"$all"
done <"$here/eval/modules.tsv"
[ -n "${LIST:-}" ] && cp "$all" "$LIST"
awk -F'\t' '
	{
		where = $2 ~ /_test\.go:/ ? "tests" : "code"
		sub(/.*: go statement: /, "", $2); sub(/, from .*/, "", $2)
		n[where " " $2]++; n[where]++; all++; n[$2]++
	}
	END {
		split("process,per call,per instance,unknown", kinds, ",")
		printf "%-14s %6s %6s\n", "", "code", "tests"
		for (i = 1; i <= 4; i++) printf "%-14s %6d %6d\n", kinds[i], n["code " kinds[i]], n["tests " kinds[i]]
		if (all == 0) { print "no go statement was seen"; exit 1 }
		printf "unknown: %.1f %% of %d in code, %.1f %% of %d in tests\n", 100 * n["code unknown"] / n["code"], n["code"], 100 * n["tests unknown"] / n["tests"], n["tests"]
		exit n["unknown"] > 0.15 * all
	}' "$all"
