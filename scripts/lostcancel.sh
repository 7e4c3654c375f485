#!/usr/bin/env bash
# scripts/lostcancel.sh LEAKLINT [MODULE-SUBSTRING ...]
#
# Holds noctxcancel against vet's lostcancel on std and on the pinned modules of
# eval/modules.tsv, in the copies that make eval has fetched: what lostcancel
# reports, noctxcancel reports too, or eval/lostcancel.tsv says why lostcancel is
# wrong. Exit status 1 if a line is neither reported nor listed, or is listed
# although lostcancel is silent or noctxcancel is not.
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] && [ -x "$1" ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
bin=$(realpath "$1")
shift
cache=$(cd "${EVAL_DIR:-$here/.cache/eval}" 2>/dev/null && pwd) || { echo "no modules: run make eval first" >&2; exit 2; }
export GOTOOLCHAIN=local GOFLAGS="-mod=mod -buildvcs=false" GOWORK=off
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
: >"$tmp/silent"
ran=

# wanted NAME reports whether the module was asked for.
wanted() {
	[ ${#only[@]} -eq 0 ] && return 0
	local w
	for w in "${only[@]}"; do case $1 in *"$w"*) return 0 ;; esac; done
	return 1
}
only=("$@")

# compare NAME DIR ROOT PATTERN adds to $tmp/silent what only lostcancel reports
# in the packages; files are named below ROOT. Its second message, at the way
# out, says nothing new.
compare() {
	wanted "$1" || return 0
	ran+=" $1"
	cd "$2" || exit 2
	go vet -lostcancel "$4" 2>&1 | grep -E '^[^ ]+\.go:[0-9]+:[0-9]+: .*cancel function' |
		sed -E 's/^([^ ]+\.go):([0-9]+):.*/\1 \2/' >"$tmp/vet.raw"
	"$bin" -noctxcancel -generated -exit-zero "$4" | grep -E '^[^	 ]+\.go:[0-9]+:[0-9]+: ' |
		sed -E 's/^([^ ]+\.go):([0-9]+):.*/\1 \2/' >"$tmp/ours.raw"
	local who
	for who in vet ours; do
		while read -r file line; do echo "$(realpath --relative-to="$3" "$file"):$line"; done <"$tmp/$who.raw" | sort -u >"$tmp/$who"
	done
	echo "$1: lostcancel reports $(wc -l <"$tmp/vet"), noctxcancel $(comm -12 "$tmp/vet" "$tmp/ours" | wc -l) of them and $(comm -13 "$tmp/vet" "$tmp/ours" | wc -l) more"
	comm -23 "$tmp/vet" "$tmp/ours" | sed "s#^#$1\t#" >>"$tmp/silent"
}

mkdir "$tmp/m" && printf 'module m\n\ngo 1.26\n' >"$tmp/m/go.mod"
compare std "$tmp/m" "$(go env GOROOT)/src" std # inside GOROOT all of it would be compiled anew
while IFS=$'\t' read -r mod ver; do
	case $mod in '' | '#'*) continue ;; esac
	compare "$mod@$ver" "$cache/${mod//\//+}@$ver" "$cache/${mod//\//+}@$ver" ./...
done <"$here/eval/modules.tsv"

sort -u "$tmp/silent" >"$tmp/silent.sorted"
grep -v '^#' "$here/eval/lostcancel.tsv" | cut -f1,2 | while IFS=$'\t' read -r mod place; do
	case "$ran " in *" $mod "*) printf '%s\t%s\n' "$mod" "$place" ;; esac
done | sort -u >"$tmp/listed"
bad=0
comm -23 "$tmp/silent.sorted" "$tmp/listed" | sed 's/^/neither reported nor listed: /' | grep . && bad=1
comm -13 "$tmp/silent.sorted" "$tmp/listed" | sed 's/^/listed in vain: /' | grep . && bad=1
[ -n "$ran" ] || { echo "no module was compared"; bad=1; }
exit $bad
