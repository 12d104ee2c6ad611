"""D6 with real processes: a hub that starts while Redis, mail and its bucket are away, reads, tells, and takes up its work when Redis is back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid

import pytest

from hub.settings.env import ROOT
from tests.builders.buckets import closed_port, hanging_port
from tests.ops.processes import free_port, running, wait_until

pytestmark = pytest.mark.full
READS = ["/", "/connexion/", "/cooperatives/", "/formations/", "/recherche/?q=terre", "/sante/"]


def get(address):
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


@pytest.fixture
def hub(tmp_path):
    """(address, environment, port of the Redis that is not there); ended whatever happens."""
    redis, port, marker = closed_port(), free_port(), f"HUB_TEST_MARKER={uuid.uuid4()}"
    with hanging_port() as silent:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))}
        environ |= {
            "HUB_DATA": str(tmp_path / "hub"), "HUB_BROKER_URL": f"redis://127.0.0.1:{redis}/0",
            "HUB_EMAIL_URL": f"smtp://127.0.0.1:{silent}", "HUB_STORAGE_URL": f"s3+http://a:b@127.0.0.1:{closed_port()}/fichiers",
            "HUB_TEST_MARKER": marker.partition("=")[2],
        }  # fmt: skip
        output = open(tmp_path / "output.txt", "w")  # noqa: SIM115 - the process writes to it
        up = subprocess.Popen([sys.executable, "manage.py", "up", "--port", str(port)], cwd=ROOT, env=environ, stdout=output, stderr=output)
        try:
            yield f"http://127.0.0.1:{port}", environ, redis
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(60)
            output.close()
            assert wait_until(lambda: not running(marker), 20)


def states(base):
    status, body = get(f"{base}/sante.json")
    return {check["name"]: check["state"] for check in json.loads(body)["checks"]} if status in {200, 503} else {}


def test_a_hub_starts_reads_and_tells_while_its_parts_are_away_and_goes_on_when_redis_is_back(hub, tmp_path):
    base, environ, port = hub
    assert wait_until(lambda: get(base + "/connexion/")[0] == 200, 300), (tmp_path / "output.txt").read_text()

    read = {path: get(base + path) for path in READS}
    told = states(base)
    status = subprocess.run([sys.executable, "manage.py", "status"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert {path: code for path, (code, _) in read.items()} == dict.fromkeys(READS, 200)
    assert not any("Traceback" in body for _, body in read.values())
    assert {name for name in ("broker", "mail", "storage") if told[name] == "bad"} == {"broker", "mail", "storage"}
    assert (status.returncode, status.stdout.count("EN PANNE") >= 3) == (1, True)

    server = subprocess.Popen(
        [shutil.which("redis-server") or "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    try:
        assert wait_until(lambda: states(base).items() >= {"broker": "ok", "worker": "ok", "scheduler": "ok"}.items(), 120), states(base)
    finally:
        server.kill()
        server.wait()
