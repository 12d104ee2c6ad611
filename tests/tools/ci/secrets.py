"""No secret in the tree: detect-secrets over every file that git would take. An invented one says so: `pragma: allowlist secret`."""

import json
import subprocess
import sys

EXCLUDED = r"(\.lock|package-lock\.json|\.svg|\.csv|\.woff2|/vendor/.*)$"
NOT_SECRET = [
    r".* .*",  # a sentence of the interface, a pass phrase of the tests
    r"public|staff|signed_in|coordinator|nobody",  # policies of hub/access.toml, under names like account_reset_password
    r"password_[a-z_]+",  # codes of actions and of errors
    r"mot|mot%40|mot-secret|password|secret|SECRET|%s|\{KEY\}|[am]%3At|a%40b%2Fc|secret%2Fdu%20hub",  # in addresses that show what one looks like
    r"database_url|storage_url|pas-le-bon",  # names of files, and a key that opens nothing
]


def main() -> int:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True, text=True, check=True)
    names = [name for name in listed.stdout.split("\0") if name]
    words = ["--exclude-files", EXCLUDED]
    for pattern in NOT_SECRET:
        words += ["--exclude-secrets", f"^({pattern})$"]
    command = [sys.executable, "-m", "detect_secrets", "scan", *words, *names]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["results"]
    for name, secrets in sorted(found.items()):
        for secret in secrets:
            print(f"{name}:{secret['line_number']}: {secret['type']}")
    print(f"{len(names)} fichiers, {sum(map(len, found.values()))} secret(s)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
