#!/usr/bin/env bash
# Makes what stands beside the binary in an archive: completions, the manual page; and the release notes, the topmost section of
# CHANGELOG.md that has a version.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=.tmp/release
rm -rf "$out"
mkdir -p "$out"
go build -o .tmp/voicespec-release ./runner/voicespec
.tmp/voicespec-release completion bash >"$out/voicespec.bash"
.tmp/voicespec-release completion zsh >"$out/_voicespec"
.tmp/voicespec-release completion fish >"$out/voicespec.fish"
.tmp/voicespec-release man >"$out/voicespec.1"
awk '/^## \[[0-9]/ { if (inside) exit; inside = 1; next } inside' CHANGELOG.md >.tmp/release-notes.md
