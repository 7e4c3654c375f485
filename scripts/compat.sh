#!/usr/bin/env bash
# Compiles the analyzer packages against the x/tools versions that the newest
# two gopls releases pin (pseudo-versions, read from their go.mod), so that a
# gopls with leaklint in it can be built.
#
#   scripts/compat.sh [XTOOLS-VERSION...]
set -euo pipefail
cd "$(dirname "$0")/.."
gopls=(v0.23.0 v0.24.0)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# pin GOPLS prints the version of x/tools that a gopls release requires.
pin() {
	local mod
	mod=$(cd "$work" && go list -m -f '{{.GoMod}}' "golang.org/x/tools/gopls@$1") &&
		sed -nE 's#^(require)?[[:space:]]*golang.org/x/tools (v[^ ]+).*#\2#p' "$mod"
}

versions=("$@")
if [ ${#versions[@]} -eq 0 ]; then
	for release in "${gopls[@]}"; do
		version=$(pin "$release")
		[ -n "$version" ] || { echo "compat: no golang.org/x/tools found in the go.mod of gopls $release" >&2; exit 2; }
		versions+=("$version")
	done
fi

# All packages that a driver of one's own links: the root and what it imports.
mapfile -t packages < <(go list -deps . | grep '^github.com/leaklint/leaklint')

for version in "${versions[@]}"; do
	mod=$work/$version.mod
	cp go.mod "$mod"
	cp go.sum "${mod%.mod}.sum"
	# A replacement, unlike a requirement, also goes below what others require.
	go mod edit -require="golang.org/x/tools@$version" -replace="golang.org/x/tools=golang.org/x/tools@$version" "$mod"
	GOFLAGS=-mod=mod go build -modfile="$mod" "${packages[@]}"
	got=$(go list -mod=mod -modfile="$mod" -m -f "{{.Replace.Version}}" golang.org/x/tools)
	[ "$got" = "$version" ] || { echo "compat: built with $got, not $version" >&2; exit 1; }
	echo "compat: ${#packages[@]} packages compile with golang.org/x/tools $version"
done
