#!/usr/bin/env bash
# scripts/cost.sh LEAKLINT [MODULE-SUBSTRING ...]
#
# What does leaklint cost beside go vet and beside nilness, which is what any
# pass on SSA pays? Runs each on the pinned modules of eval/modules.tsv, in the
# copies that make eval has fetched, with a build cache of their own in which
# the dependencies are compiled and nothing is analysed (cold), then again
# (warm). Prints CPU seconds (user and system, all processes), the most memory
# that the processes had at one time and that the largest had, and the ratios.
# Exit status 1 if a run fails otherwise than by its findings.
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] && [ -x "$1" ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
bin=$(realpath "$1")
shift
cache=$(cd "${EVAL_DIR:-$here/.cache/eval}" 2>/dev/null && pwd) || { echo "no modules: run make eval first" >&2; exit 2; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$here" && go build -o "$tmp/nilness" golang.org/x/tools/go/analysis/passes/nilness/cmd/nilness) || exit 2
export GOTOOLCHAIN=local GOFLAGS="-mod=mod -buildvcs=false" GOWORK=off

# measured COMMAND... runs it and prints CPU seconds, seconds, and MB: of all
# processes at one time, of the largest.
measured() {
	: >"$tmp/rss"
	setsid bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >"$0.out" 2>"$0.err" || echo $? >"$0.rc"' "$tmp/run" "$@" 2>"$tmp/time" &
	local pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		ps -s "$pid" -o rss= | awk '{ all += $1; if ($1 > most) most = $1 } END { print all + 0, most + 0 }' >>"$tmp/rss"
		sleep 0.1
	done
	wait "$pid"
	awk 'FNR == NR { if ($1 > all) all = $1; if ($2 > most) most = $2; next }
		{ printf "%.2f %.2f %d %d\n", $2 + $3, $1, all / 1024, most / 1024 }' "$tmp/rss" "$tmp/time"
}

# run TOOL prints what measured does. Findings make an exit status of 1.
run() {
	rm -f "$tmp/run.rc"
	case $1 in
	leaklint) measured "$bin" ./... ;;
	"go vet") measured go vet ./... ;;
	nilness) measured go vet -vettool="$tmp/nilness" ./... ;;
	esac
	local rc
	rc=$(cat "$tmp/run.rc" 2>/dev/null || echo 0)
	[ "$rc" -le 1 ] || { echo "$1: exit status $rc" >&2; cat "$tmp/run.err" >&2; touch "$tmp/failed"; }
}

# table MODULE DIR compiles what the packages import, then measures each tool.
table() {
	cd "$2" || exit 2
	export GOCACHE=$tmp/gocache
	go list -e -export -deps -test ./... >/dev/null || return 1
	local tool
	for heat in cold warm; do
		for tool in "go vet" nilness leaklint; do
			run "$tool" | sed "s#^#$heat,$tool,#; s# #,#g; s#go,vet#go vet#"
		done
	done | awk -F, -v mod="$1" '
		{ cpu[$1, $2] = $3; wall[$1, $2] = $4; all[$1, $2] = $5; most[$1, $2] = $6 }
		END {
			print mod
			printf "  %-9s %9s %9s %9s %9s %13s %13s\n", "", "cold CPU", "cold s", "warm CPU", "warm s", "cold MB (all)", "warm MB (all)"
			split("go vet,nilness,leaklint", tools, ",")
			for (i = 1; i <= 3; i++) {
				t = tools[i]
				printf "  %-9s %9.2f %9.2f %9.2f %9.2f %6d %6s %6d %6s\n", t, cpu["cold", t], wall["cold", t], cpu["warm", t], wall["warm", t],
					most["cold", t], "(" all["cold", t] ")", most["warm", t], "(" all["warm", t] ")"
			}
			for (i = 1; i <= 2; i++)
				printf "  leaklint / %-8s cold %.2f  warm %.2f\n", tools[i], cpu["cold", "leaklint"] / cpu["cold", tools[i]], cpu["warm", "leaklint"] / cpu["warm", tools[i]]
		}'
	unset GOCACHE
	chmod -R u+w "$tmp/gocache" && rm -rf "$tmp/gocache"
}

ran=
while IFS=$'\t' read -r mod ver; do
	case $mod in '' | '#'*) continue ;; esac
	for w in "${@:-}"; do case $mod in *"$w"*) break ;; esac; false; done || continue
	ran=1
	table "$mod@$ver" "$cache/${mod//\//+}@$ver" || touch "$tmp/failed"
done <"$here/eval/modules.tsv"
[ -n "$ran" ] || { echo "no module was measured"; exit 1; }
[ ! -e "$tmp/failed" ]
