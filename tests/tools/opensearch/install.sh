#!/usr/bin/env bash
# Put the jars of a search node in the cache, once, each checked against jars.sha256; prints its folder. Needs maven and a JDK 17; afterwards no network.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
stamp=$(cat "$here/SearchNode.java" "$here/pom.xml" "$here/jars.sha256" | sha256sum | cut -c1-16)
folder=$here/../../../.cache/opensearch-$stamp
if [[ -f $folder/ready ]]; then
  realpath "$folder"
  exit 0
fi

for tool in mvn javac; do
  command -v "$tool" >/dev/null || { echo "opensearch : il manque $tool (Debian : maven openjdk-17-jdk-headless)" >&2; exit 2; }
done
mkdir -p "$(dirname "$folder")"
draft=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$draft"' EXIT
mkdir "$draft"/{lib,classes}
mvn --batch-mode --quiet --file "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$draft/lib" >&2
(cd "$draft/lib" && sha256sum --check --quiet --strict "$here/jars.sha256") >&2
[[ $(find "$draft/lib" -name '*.jar' | wc -l) -eq $(wc -l <"$here/jars.sha256") ]] || { echo "opensearch : un fichier de trop" >&2; exit 3; }
javac -nowarn -d "$draft/classes" -cp "$draft/lib/*" "$here/SearchNode.java"

touch "$draft/ready"
mv -T "$draft" "$folder" 2>/dev/null || [[ -f $folder/ready ]] # another run may have been first
realpath "$folder"
