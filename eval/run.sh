#!/usr/bin/env bash
# eval/run.sh LEAKLINT [MODULE-SUBSTRING ...]
#
# Runs leaklint over the pinned modules of eval/modules.tsv (fetched through the
# module proxy into $EVAL_DIR, default .cache/eval) and holds every finding
# against eval/labels.tsv; with BATCH=1, 2 or 3 it takes the modules and labels
# of eval/batches instead. Prints each finding with its label, what was labelled
# true but not found, and a count by pass. Flags for leaklint go into FLAGS.
# Exit status: 0, or 1 if a site labelled false was reported, a true one was
# missed, two findings are about one goroutine, or a module could not be
# analysed.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] && [ -x "$1" ] || { sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2; }
bin=$(realpath "$1")
shift
cache=${EVAL_DIR:-$here/../.cache/eval}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
modules=$here/modules.tsv labels=$here/labels.tsv
if [ -n "${BATCH:-}" ]; then
	modules=$here/batches/$BATCH.modules.tsv labels=$here/batches/$BATCH.labels.tsv
	[ -f "$modules" ] && [ -f "$labels" ] || { echo "run.sh: there is no batch $BATCH in $here/batches" >&2; exit 2; }
fi
export GOTOOLCHAIN=local GOFLAGS="-mod=mod -buildvcs=false" GOWORK=off

# fetch MODULE VERSION prints the folder of a writable copy of the module. The
# proxy's zip holds no nested modules, so replaces that point at folders go.
fetch() {
	local dst="$cache/${1//\//+}@$2" dir
	if [ ! -f "$dst/.fetched" ]; then
		rm -rf "$dst"
		dir=$(cd / && GOFLAGS= go mod download -json "$1@$2" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')
		[ -n "$dir" ] || return 1
		cp -r "$dir" "$dst" && chmod -R u+w "$dst" && rm -rf "$dst/vendor" "$dst"/go.work*
		(
			cd "$dst" || exit 1
			go mod edit -print | sed -nE 's/^(replace)?[[:space:]]*([^ ]+)( v[^ ]+)? => \.{1,2}\/.*/\2\3/p' |
				while read -r old ver; do go mod edit -dropreplace="$old${ver:+@$ver}"; done
			touch .fetched
		)
	fi
	echo "$dst"
}

wanted() {
	local mod=$1 w
	shift
	[ $# -eq 0 ] && return 0
	for w in "$@"; do case $mod in *"$w"*) return 0 ;; esac; done
	return 1
}

# shared prints the goroutines that two findings of the text output in $1 are
# about: the first step that blocks or stays says where its goroutine started.
shared() {
	awk -v mod="$2" '
		/^[^\t]/ { finding = $0; named = 0; next }
		!named && / · (blocked|stays) · goroutine started at / {
			named = 1
			file = $1; sub(/:[0-9]+:[0-9]+:$/, "", file)
			place = $0; sub(/.* · goroutine started at /, "", place); sub(/ · .*/, "", place)
			if (!sub(/^line /, file ":", place)) { dir = file; sub(/[^\/]*$/, "", dir); place = dir place }
			if (place in first) print "one goroutine\t" mod "\t" place "\n\t" first[place] "\n\t" finding
			first[place] = finding
		}' "$1"
}

found=$(mktemp)
trap 'rm -f "$found"' EXIT
bad=0 ran=
while IFS=$'\t' read -r mod ver; do
	case $mod in '' | '#'*) continue ;; esac
	wanted "$mod" "$@" || continue
	dir=$(fetch "$mod" "$ver") || { echo "$mod@$ver: cannot be downloaded" >&2; bad=1; continue; }
	ran+=" $mod@$ver"
	# shellcheck disable=SC2086
	(cd "$dir" && "$bin" -exit-zero ${FLAGS:-} ./...) >"$found.out"
	[ $? -eq 0 ] || { echo "$mod@$ver: not fully analysed" >&2; bad=1; }
	grep -vE '^	' "$found.out" | sed -nE "s#^([^ :]+):([0-9]+):[0-9]+: (.*) \(([a-z]+)(/[a-z/]+)?\)\$#$mod@$ver\t\1\t\2\t\4\t\3#p" >>"$found"
	shared "$found.out" "$mod@$ver" | grep . && bad=1
	rm -f "$found.out"
done <"$modules"

awk -F'\t' -v ran="$ran" '
	FNR == NR {
		if ($0 ~ /^#/ || NF < 4) next
		n++
		file[n] = $2; sub(/:[0-9-]+$/, "", file[n])
		pos = $2; sub(/.*:/, "", pos); lo[n] = pos; hi[n] = pos
		if (pos ~ /-/) { split(pos, r, "-"); lo[n] = r[1]; hi[n] = r[2] }
		mod[n] = $1; pass[n] = $3; label[n] = $4; why[n] = $5
		next
	}
	{
		best = 0
		for (i = 1; i <= n; i++)
			if (mod[i] == $1 && file[i] == $2 && lo[i] + 0 <= $3 + 0 && $3 + 0 <= hi[i] + 0 && pass[i] == $4 &&
			    (!best || hi[i] - lo[i] < hi[best] - lo[best])) best = i
		l = best ? label[best] : "unlabelled"
		if (best) hit[best] = 1
		print l "\t" $1 "\t" $2 ":" $3 "\t" $4 "\t" $5
		count[$4 " " l]++; passes[$4] = 1
	}
	END {
		fail = 0
		for (i = 1; i <= n; i++)
			if (label[i] == "TP" && !hit[i] && index(ran " ", " " mod[i] " ")) {
				print "missed\t" mod[i] "\t" file[i] ":" lo[i] "\t" pass[i] "\t" why[i]; missed[pass[i]]++; passes[pass[i]] = 1
			}
		for (p in passes) {
			printf "%-14s true %d  false %d  unsure %d  unlabelled %d  missed %d\n", p, count[p " TP"], count[p " FP"], count[p " unsure"], count[p " unlabelled"], missed[p]
			if (count[p " FP"] + missed[p] > 0) fail = 1
		}
		exit fail
	}' "$labels" "$found" || bad=1
exit $bad
