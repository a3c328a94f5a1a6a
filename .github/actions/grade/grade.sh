#!/usr/bin/env bash
# Grades $SUBMISSION with the kit that this file belongs to, and writes the reports to $OUTPUT; both in the workspace.
set -euo pipefail

fail() { echo "::error title=flow-grade::$1"; exit 2; }

kit=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
cd "$GITHUB_WORKSPACE"
[ -d "$SUBMISSION" ] || fail 'the input submission names no folder in the workspace; check the student out there first'
submission=$(realpath "$SUBMISSION")
case "$(realpath -m "$OUTPUT")/" in
  # What a student has put there could be taken for a result.
  "$submission"/*) fail 'the input output is inside the submission; name another folder' ;;
esac
mkdir -p "$OUTPUT"
output=$(realpath "$OUTPUT")
rm -f "$output"/report.{json,html,md}

options=(--submission "$submission" --changed-files --fail-under "$FAIL_UNDER")
for reporter in terminal "json=$output/report.json" "html=$output/report.html" "markdown=$output/report.md"; do
  options+=(--reporter "$reporter")
done
case "$COUNTEREXAMPLES" in
  true) ;;
  false) options+=(--no-counterexamples) ;;
  *) fail 'the input counterexamples is neither true nor false' ;;
esac
# On standard input it is in no command line, and not in the environment of the grader.
[ -z "$SEED" ] || options+=(--secret-seed-from -)

# Of the environment, in which there may be secrets and options of Node, the grader is given what it needs.
cd "$kit"
code=0
printf '%s' "$SEED" | env -i PATH="$PATH" HOME="$HOME" node grader/build/start.mjs grade "${options[@]}" || code=$?

[ ! -f "$output/report.md" ] || cat "$output/report.md" >> "$GITHUB_STEP_SUMMARY"
# Only 0 and 1, below fail-under, come with a grade.
if [ "$code" -le 1 ]; then
  env -i PATH="$PATH" node -p '
    const { score, maxScore } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    `score=${score}\nmax-score=${maxScore}`' "$output/report.json" >> "$GITHUB_OUTPUT"
fi
exit "$code"
