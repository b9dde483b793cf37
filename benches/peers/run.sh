#!/usr/bin/env bash
# Peers and dechaff on the same articles, one after another on one core; prints a table.
#
#   DECHAFF_CORPUS=articles.jsonl benches/peers/run.sh
#
# The corpus (JSON objects with `text`, and `lang` where it is known) is repeated to MEGABYTES of text (500), for peers
# in Python and for sed to SLOW_MEGABYTES (20). Python packages go into a folder that is removed at the end; ripgrep
# is run where it is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
corpus=$(realpath "${DECHAFF_CORPUS:?name a JSONL file of articles}")
fast=${MEGABYTES:-500} slow=${SLOW_MEGABYTES:-20}
here=$PWD/benches/peers
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C.UTF-8
pin=(); command -v taskset >/dev/null && pin=(taskset -c 0)

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet datatrove nltk justext lxml_html_clean

# Plain text, articles parted by a blank line.
python3 - "$corpus" "$scratch" "$fast" "$slow" <<'PY'
import json, sys
corpus, scratch, fast, slow = sys.argv[1:]
articles = [json.loads(line)["text"] + "\n\n" for line in open(corpus, encoding="utf-8")]
for name, megabytes in (("fast", fast), ("slow", slow)):
    size = 0
    with open(f"{scratch}/{name}.txt", "w", encoding="utf-8") as out:
        while size < float(megabytes) * 1e6:
            for article in articles:
                size += len(article.encode())
                out.write(article)
                if size >= float(megabytes) * 1e6:
                    break
PY
sed 's/.*/^[[:space:]]*(&)[[:space:]]*$/' "$here/patterns.txt" >"$scratch/whole.txt"
sed 's,/,\\/,g; s/.*/\/&\/Id/' "$scratch/whole.txt" >"$scratch/whole.sed"

# tool NAME FILE COMMAND...: its output goes to a file, since grep stops at the first hit where nobody reads on.
tool() {
    local name=$1 file=$2 start end size
    shift 2
    start=$(date +%s%N)
    "${pin[@]}" "$@" <"$scratch/$file.txt" >"$scratch/out" || [ $? -eq 1 ]
    end=$(date +%s%N)
    size=$(stat -c %s "$scratch/$file.txt")
    awk -v n="$name" -v b="$size" -v t="$((end - start))" 'BEGIN { printf "%s\t%.0f\t%.3f\n", n, b / 1e6, t / 1e9 }'
}

count=$(wc -l <"$here/patterns.txt")
{
    DECHAFF_CORPUS=$corpus MEGABYTES=$fast "${pin[@]}" cargo bench --quiet --bench peers -- "$here/patterns.txt"
    tool "GNU grep -v, $count patterns" fast grep -viEf "$scratch/whole.txt"
    if command -v rg >/dev/null; then tool "ripgrep -v, $count patterns" fast rg --no-config -j1 -vif "$scratch/whole.txt" -; fi
    tool "GNU sed, $count patterns in turn" slow sed -Ef "$scratch/whole.sed"
    "${pin[@]}" "$scratch/venv/bin/python" "$here/peers.py" "$corpus" "$here/patterns.txt" "$slow"
} | awk -F'\t' '
    BEGIN { printf "| | MB of text | s | MB/s |\n|---|---|---|---|\n" }
    NF == 3 { printf "| %s | %d | %.1f | %.1f |\n", $1, $2, $3, $2 / $3 }'
