#!/bin/sh
# odd.sh LEAKLINT: analyses odd programs, each as a package of its own: hostile shapes in full size, the tests of the Go
# toolchain that compile, and std with its tests. Fails if leaklint fails on one, or needs more than LEAKLINT_SECONDS of
# processor time (10) or LEAKLINT_MB of memory (500) for one. Prints the slowest and the largest.
set -eu
leaklint=$(realpath "$1")
seconds=${LEAKLINT_SECONDS:-10} mb=${LEAKLINT_MB:-500}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/odd"
go run ./internal/hostile/write -dir "$dir/odd"

# A vet tool that notes what the analysis of a unit took: the processor time and memory of the children of a shell.
cat >"$dir/tool" <<TOOL
#!/usr/bin/env bash
case "\$*" in
*.cfg) ;;
*) exec "$leaklint" "\$@" ;;
esac
for cfg; do :; done
exec python3 -c '
import json, os, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
u = resource.getrusage(resource.RUSAGE_CHILDREN)
with open("$dir/used", "a") as f:
    f.write("%.2f %d %d %s\n" % (u.ru_utime + u.ru_stime, u.ru_maxrss // 1024, code, json.load(open(sys.argv[1]))["ID"].replace(" ", "~")))
sys.exit(code)' "\$cfg" "$leaklint" "\$@"
TOOL
chmod +x "$dir/tool"

vet() { # NAME PATTERN...
  name=$1
  shift
  : >"$dir/used"
  go vet -vettool="$dir/tool" -json "$@" >"$dir/out.json" 2>"$dir/err" || true
  grep -v '^#' "$dir/err" | head -20 >&2 || true
  echo "== $name: $(wc -l <"$dir/used") units, $(awk '$3 != 0' "$dir/used" | wc -l) failed," \
    "$(grep -c internal-error "$dir/out.json" || true) internal errors"
  sort -rn "$dir/used" | head -5
  sort -rnk2 "$dir/used" | head -3
  grep -h -m3 internal-error -A6 "$dir/out.json" || true
  awk -v s="$seconds" -v m="$mb" '$1 > s || $2 > m || $3 != 0 { bad = 1; print "too much, or failed:", $0 } END { exit bad }' "$dir/used" || bad=1
  ! grep -q internal-error "$dir/out.json" || bad=1
  [ -s "$dir/used" ] || bad=1
}

bad=
(cd "$dir/odd" && [ -z "${SKIP_ODD:-}" ]) && { cd "$dir/odd"; vet odd ./...; }
cd "$(go env GOROOT)/src" && [ -z "${SKIP_STD:-}" ] && vet std std
[ -z "$bad" ]
