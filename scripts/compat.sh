#!/usr/bin/env bash
# Compiles the analyzer packages against the x/tools versions that the
# newest two gopls releases pin, so that a gopls with leaklint in it can be
# built. Where the module proxy does not have a patch release, the first
# release of its minor version stands in: it has the same API or less.
#
#   scripts/compat.sh [VERSION...]
set -euo pipefail
cd "$(dirname "$0")/.."
versions=("$@")
[ ${#versions[@]} -gt 0 ] || versions=(v0.47.1 v0.51.1)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# All packages that a driver of one's own links: the root and what it imports.
mapfile -t packages < <(go list -deps . | grep '^github.com/leaklint/leaklint')

# available VERSION says whether the version can be had.
available() { (cd "$work" && GOFLAGS=-mod=mod go mod download "golang.org/x/tools@$1" >"$work/download" 2>&1); }

for version in "${versions[@]}"; do
	used=$version
	if ! available "$used"; then
		used=${version%.*}.0
		if [ "$used" = "$version" ] || ! available "$used"; then
			echo "compat: golang.org/x/tools $version cannot be had: $(cat "$work/download")" >&2
			exit 2
		fi
		echo "compat: no golang.org/x/tools $version here; $used, which has no more API, stands in"
	fi
	mod=$work/$used.mod
	cp go.mod "$mod"
	cp go.sum "${mod%.mod}.sum"
	# A replacement, unlike a requirement, also goes below what others require.
	go mod edit -require="golang.org/x/tools@$used" -replace="golang.org/x/tools=golang.org/x/tools@$used" "$mod"
	GOFLAGS=-mod=mod go build -modfile="$mod" "${packages[@]}"
	got=$(go list -mod=mod -modfile="$mod" -m -f "{{.Replace.Version}}" golang.org/x/tools)
	[ "$got" = "$used" ] || { echo "compat: built with $got, not $used" >&2; exit 1; }
	echo "compat: ${#packages[@]} packages compile with golang.org/x/tools $used"
done
