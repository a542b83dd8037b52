"""Refresh the vendored JavaScript libraries from npm: `python tools/vendor.py`.

VENDOR.json says which package, version and file each one is; this script fetches exactly those (`npm pack`),
copies file and license, and writes the checksums that the tests compare. To update: edit the version, run, test.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "explorable" / "static" / "vendor"


def member(archive, name):
    """The bytes of one file in an npm package."""
    with tarfile.open(archive) as package:
        return package.extractfile(f"package/{name}").read()


def refresh(row, folder):
    """Fetch one row of VENDOR.json, write its file and license, and return the row with its new checksum."""
    names = subprocess.run(
        ["npm", "pack", "--silent", f"{row['package']}@{row['version']}"],
        cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8", shell=sys.platform == "win32",
    ).stdout.split()  # fmt: skip
    archive = Path(folder) / names[-1]
    content = member(archive, row["source"])
    (VENDOR / row["file"]).write_bytes(content)
    (VENDOR / row["licence_file"]).write_bytes(member(archive, "LICENSE"))
    return row | {"sha256": hashlib.sha256(content).hexdigest()}


def main():
    """Refresh every row."""
    table = VENDOR / "VENDOR.json"
    with tempfile.TemporaryDirectory() as folder:
        rows = [refresh(row, folder) for row in json.loads(table.read_text(encoding="utf-8"))]
    table.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
