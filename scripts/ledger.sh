#!/usr/bin/env bash
# scripts/ledger.sh LEAKLINT [MODULE-SUBSTRING ...]
#
# Why is leaklint silent? Sums the ledger (docs/design.md section 8.4) of the
# pinned modules of eval/modules.tsv, in the copies that make eval has fetched:
# verdicts by kind of operation, the share of bare sends in the bodies of
# goroutines that is decided, the five largest reasons of the rest, and the
# roots that were dropped: of those that the ledger has because it asks about
# every operation that a goroutine may come to, and of those that a run for findings has. Keeps the lines in
# $LIST, if that is set, and reads them from there if $LIST has any. Exit status 1
# if less than 40 % of the sends are decided, or more than 2 % of the roots of a
# run for findings are dropped.
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] && [ -x "$1" ] || { sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2; }
bin=$(realpath "$1")
shift
all=${LIST:-$(mktemp)}
[ -n "${LIST:-}" ] || trap 'rm -f "$all"' EXIT
if [ ! -s "$all" ]; then
	cache=$(cd "${EVAL_DIR:-$here/.cache/eval}" 2>/dev/null && pwd) || { echo "no modules: run make eval first" >&2; exit 2; }
	export GOTOOLCHAIN=local GOFLAGS="-mod=mod -buildvcs=false" GOWORK=off
	while IFS=$'\t' read -r mod ver; do
		case $mod in '' | '#'*) continue ;; esac
		for w in "${@:-}"; do case $mod in *"$w"*) break ;; esac; false; done || continue
		(cd "$cache/${mod//\//+}@$ver" && "$bin" -debug=ledger -exit-zero ./... 2>&1 >/dev/null) |
			grep -E '^[^ ]+:[0-9]+:[0-9]+: [a-zA-Z.{} ]+: ' | sed "s#^#$mod\t#" >>"$all"
		(cd "$cache/${mod//\//+}@$ver" && "$bin" -debug -exit-zero ./... 2>&1 >/dev/null) |
			grep -E '^[^ ]+:[0-9]+:[0-9]+: root ' | sed -E 's#: root .*: (.*), dropped: #: plain root: dropped: #; t; s#: root .*#: plain root: explored#' | sed "s#^#$mod\t#" >>"$all"
	done <"$here/eval/modules.tsv"
fi
awk -F'\t' '
	function reason(line) { # without the place and the name
		sub(/ at [^ ]+:[0-9]+:[0-9]+$/, "", line)
		if (match(line, /: (parameter|field|exported field|exported variable|package variable|result of) /))
			line = substr(line, 1, RSTART + RLENGTH - 2)
		return line
	}
	function top(counts, limit,    i, r, best) {
		for (i = 0; i < limit; i++) {
			best = ""
			for (r in counts)
				if (best == "" || counts[r] > counts[best] || counts[r] == counts[best] && r < best) best = r
			if (best == "") return
			printf "%6d  %s\n", counts[best], best
			delete counts[best]
		}
	}
	{
		line = $2
		sub(/^[^ ]+:[0-9]+:[0-9]+: /, "", line)
		op = line; sub(/: .*/, "", op)
		line = substr(line, length(op) + 3)
		verdict = line; sub(/:.*/, "", verdict)
		if (op == "plain root") {
			plain++
			if (verdict == "dropped") left++
			next
		}
		if (op == "root") {
			roots++
			if (verdict == "dropped") { dropped++; drops[line]++ }
			next
		}
		n[op, verdict]++; sum[op]++
		if (op == "send" && verdict != "finishes" && verdict != "reported") rest[reason(line)]++
	}
	END {
		ops = split("send,receive,range,select,Wait,Lock,select{}", op_names, ",")
		kinds = split("finishes,reported,low,open,held,lost,truncated,not compiled", verdicts, ",")
		printf "%-9s %6s", "", "all"
		for (i = 1; i <= kinds; i++) printf " %12s", verdicts[i]
		print ""
		for (j = 1; j <= ops; j++) {
			op = op_names[j]
			printf "%-9s %6d", op, sum[op]
			for (i = 1; i <= kinds; i++) printf " %12d", n[op, verdicts[i]]
			print ""
		}
		if (sum["send"] == 0 || roots == 0) { print "no ledger was seen"; exit 1 }
		decided = n["send", "finishes"] + n["send", "reported"]
		printf "bare sends decided: %d of %d, %.1f %%; the largest reasons of the rest:\n", decided, sum["send"], 100 * decided / sum["send"]
		top(rest, 5)
		printf "roots dropped where all that a goroutine may come to is asked about: %d of %d, %.1f %%\n", dropped, roots, 100 * dropped / roots
		top(drops, 5)
		if (plain == 0) { print "no roots were seen"; exit 1 }
		printf "roots dropped in a run for findings: %d of %d, %.1f %%\n", left, plain, 100 * left / plain
		exit decided < 0.4 * sum["send"] || left > 0.02 * plain
	}' "$all"
