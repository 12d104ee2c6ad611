#!/usr/bin/env bash
# check.sh 3a,ua1 file.pdf ...   One line per file and profile, PASS or FAIL with the clauses; exits 0 when every file passes every profile.
set -euo pipefail
folder=$("$(dirname "${BASH_SOURCE[0]}")/install.sh")
# Debian's jars come first: the validator's own holds stripped copies of some of their classes.
jaxb=$(find "$folder/lib" -name '*.jar' ! -name verapdf.jar | sort | paste -sd:)
exec java -Xmx1g -XX:TieredStopAtLevel=1 -cp "$folder/classes:$jaxb:$folder/lib/verapdf.jar" PdfCheck "$@"
