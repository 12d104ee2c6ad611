"""compose.yaml and Dockerfile, without the engine that runs them: what they name exists, what they promise is written down."""

import os
import re
import subprocess
import sys

import pytest
import yaml

from hub.core.documents import antivirus
from hub.core.documents.formats import HARD_LIMIT
from hub.core.documents.sniff.package import MAX_UNFOLDED
from hub.ops import probe
from hub.ops.gate import ROOM
from hub.ops.web import PATIENCE_MS, PROCESSES
from hub.settings.env import ROOT, Environment, SettingError
from tests.builders.buckets import closed_port

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
CADDYFILE = (ROOT / "Caddyfile").read_text()
CLAMD = dict(line.split() for line in (ROOT / "clamd.conf").read_text().splitlines() if line and not line.startswith("#"))
OURS = {"hub", "worker"}
SETTINGS = set(re.findall(r'"(HUB_[A-Z_]+)"', (ROOT / "hub/settings/env.py").read_text()))


def test_the_parts_are_those_of_the_page():
    page = (ROOT / "docs/hosting.md").read_text()

    assert set(SERVICES) == {"hub", "worker", "proxy", "database", "redis", "search", "clamav"}
    assert [name for name in (*SERVICES, *COMPOSE["volumes"], *COMPOSE["secrets"]) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_root_nor_may_become_it(name):
    service = SERVICES[name]

    assert str(service["user"]).partition(":")[0] not in {"root", "0", ""}
    assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert "privileged" not in service
    assert service["restart"] == "unless-stopped"
    assert service["read_only"] or name == "search"


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_watched_and_pinned(name):
    service = SERVICES[name]

    assert "test" in service["healthcheck"] or name == "worker"
    assert re.fullmatch(r"[\w./-]+:(\$\{HUB_VERSION:-latest\}|\d+(-\w+)?)", service["image"])


def test_what_visitors_send_has_its_room_in_a_folder_with_an_end():
    size = re.search(r"/tmp:.*\bsize=(\d+)g$", SERVICES["hub"]["tmpfs"][0])

    assert size, "a tmpfs without size is half of the machine's memory"
    assert int(size[1]) * 2**30 > 2 * PROCESSES * ROOM  # Django keeps a copy of what it reads


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert [name for name in ("database", "redis", "search") if SERVICES[name]["networks"] != ["inside"]] == []
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_proxy_is_known_by_the_ports_it_listens_on():
    """HTTP/3 gives browsers the inner port; an IPv6 address of Docker's would stand for all who come by IPv6."""
    published = [port.removesuffix("/udp").split(":") for port in SERVICES["proxy"]["ports"]]

    assert {(address, outside == inside) for address, outside, inside in published} == {("0.0.0.0", True)}
    assert "_port" not in CADDYFILE


def test_the_proxy_is_asked_where_it_answers_by_itself():
    """Port 80 sends everybody on to https and to the name of the site, which its health check does not follow."""
    asked = SERVICES["proxy"]["healthcheck"]["test"][-1]

    assert f"http://:{asked.rsplit(':', 1)[1].rstrip('/')} {{" in CADDYFILE
    assert "bind 127.0.0.1" in CADDYFILE


def test_the_proxy_sends_nothing_into_a_connection_that_the_hub_is_closing():
    kept = re.search(r"keepalive (\d+)s\n", CADDYFILE)

    assert kept is not None
    assert int(kept[1]) * 1000 <= PATIENCE_MS / 2


def test_what_a_front_proxy_says_is_believed_only_when_it_is_named():
    assert "trusted_proxies {$HUB_FRONT}" in CADDYFILE
    assert SERVICES["proxy"]["environment"]["HUB_FRONT"] == "${HUB_FRONT:-}"
    assert SERVICES["hub"]["environment"]["HUB_PROXIES"] == "${HUB_PROXIES:-1}"


def test_a_hub_without_its_search_node_is_a_project_that_compose_takes():
    assert SERVICES["hub"]["depends_on"]["search"]["required"] is False


def test_the_antivirus_starts_for_who_wants_it_and_nothing_waits_for_it():
    """What is sent before it answers waits in quarantine."""
    assert SERVICES["clamav"]["profiles"] == ["antivirus"]
    assert [name for name, service in SERVICES.items() if "clamav" in service.get("depends_on", {})] == []
    assert SERVICES["hub"]["environment"]["HUB_CLAMAV_URL"] == "${HUB_CLAMAV_URL:-}"
    assert "COPY --chmod=644 clamd.conf /etc/clamav/clamd.conf" in DOCKERFILE
    page = (ROOT / "docs/hosting.md").read_text()
    assert "COMPOSE_PROFILES=antivirus" in page
    assert f"HUB_CLAMAV_URL=tcp://clamav:{antivirus.PORT}" in page
    assert CLAMD["TCPSocket"] == str(antivirus.PORT)


def test_the_antivirus_reads_the_largest_file_to_its_end_or_says_that_it_does_not():
    assert CLAMD["AlertExceedsMax"] == "yes"
    assert _bytes(CLAMD["StreamMaxLength"]) > HARD_LIMIT
    assert min(_bytes(CLAMD["MaxFileSize"]), _bytes(CLAMD["MaxScanSize"])) > MAX_UNFOLDED
    said = (ROOT / "docs/settings.md").read_text()
    assert [name for name in ("AlertExceedsMax", "MaxFileSize", "MaxScanSize") if f"`{name} {CLAMD[name]}`" not in said] == []


def _bytes(size):
    return int(size.removesuffix("M")) * 1024 * 1024


def test_the_database_is_healthy_only_once_it_takes_calls():
    assert "--host=127.0.0.1" in SERVICES["database"]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_names_is_declared(name):
    service = SERVICES[name]

    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    assert {mount.partition(":")[0] for mount in service.get("volumes", [])} <= set(COMPOSE["volumes"])
    waited = {other for other, how in service.get("depends_on", {}).items() if how["condition"] == "service_healthy"}
    assert all("test" in SERVICES[other]["healthcheck"] for other in waited)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_setting_exists_and_secrets_come_by_files(name):
    given = SERVICES[name]["environment"]

    assert {key.removesuffix("_FILE") for key in given} <= SETTINGS
    assert {"HUB_DATABASE_URL_FILE", "HUB_EMAIL_URL_FILE", "HUB_STORAGE_URL_FILE"} <= set(given)
    assert not any("://" in value and "@" in value for value in given.values()), "no password stands in the environment"


def test_the_settings_are_understood(tmp_path):
    urls = {"database_url": "postgresql://hub:mot@database:5432/hub", "email_url": "smtp+tls://a:b@mail.example.org"}
    given = {key: re.sub(r"\$\{\w+:-(.*)\}", r"\1", value) for key, value in SERVICES["hub"]["environment"].items()}
    for name, url in urls.items():
        (tmp_path / name).write_text(url + "\n")
    environ = {key: value.replace("/run/secrets", str(tmp_path)) for key, value in given.items()}
    environ["HUB_PUBLIC_URL"] = re.sub(r"\$\{.*\}", "hub.example.org", environ["HUB_PUBLIC_URL"])

    environment = Environment.read(environ)

    assert (environment.database["HOST"], environment.email["EMAIL_HOST"]) == ("database", "mail.example.org")
    assert (environment.public_url.geturl(), environment.proxies, environment.hosts) == ("https://hub.example.org", 1, ["hub.example.org"])


def test_a_file_that_is_missing_is_said(tmp_path):
    with pytest.raises(SettingError, match="HUB_DATABASE_URL_FILE : attendu un fichier"):
        Environment.read({"HUB_DATABASE_URL_FILE": str(tmp_path / "rien")})


def test_names_of_services_in_addresses_exist():
    said = str(SERVICES["hub"]["environment"]) + CADDYFILE

    assert set(re.findall(r"//(\w+):\d+", said)) | set(re.findall(r"reverse_proxy (\w+):", said)) <= set(SERVICES)


def test_our_commands_exist():
    worker = SERVICES["worker"]["entrypoint"]

    assert re.search(r'ENTRYPOINT \["(bin/hub)"\]', DOCKERFILE)
    assert os.access(ROOT / "bin/hub", os.X_OK)
    assert SERVICES["hub"]["command"][0] == "up"
    assert worker[1:3] == ["-m", "celery"]
    known = subprocess.run([sys.executable, "-m", "celery", "worker", "--help"], capture_output=True, text=True, check=True).stdout
    assert [word for word in SERVICES["worker"]["command"] if word.startswith("-") and word not in known] == []


@pytest.mark.parametrize("command", ["backup", "restore", "status", "rebuild_index", "audit"])
def test_commands_of_the_page_exist(command):
    from django.core.management import get_commands

    assert command in get_commands()
    assert f"bin/hub {command}" in (ROOT / "docs/hosting.md").read_text()


def test_what_the_image_copies_exists_and_it_does_not_run_as_root():
    lines = re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)
    copied = [word for line in lines for word in line.split()[:-1] if not word.startswith("--")]
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert packages <= set(copied)
    assert packages | {"bin", "docs", "manage.py"} <= set(re.search(r"chmod -R a\+rX (.*) \\", DOCKERFILE)[1].split())
    assert "COPY --chmod=644 Caddyfile" in DOCKERFILE
    assert re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE) == ["10001", "10002"]
    assert {SERVICES[name]["build"]["target"] for name in ("hub", "worker", "proxy", "clamav")} == set(
        re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.M)
    )


def test_the_line_that_says_all_is_installed_is_the_one_that_bin_hub_reads(tmp_path):
    lock = ROOT / "requirements.lock"
    written = subprocess.run(["sh", "-c", f"sha256sum <{lock}"], capture_output=True, text=True, check=True).stdout

    assert "sha256sum <requirements.lock >.venv/installed" in DOCKERFILE
    assert 'digest=$(sha256sum <"$lock")' in (ROOT / "bin/hub").read_text()
    assert written.endswith("  -\n")


def test_the_probe_tells_when_nobody_answers(capsys):
    assert probe.main([str(closed_port())], "https://hub.example.org") == 1
    assert capsys.readouterr().out == "personne ne répond\n"


def test_the_tools_of_the_database_are_of_its_version():
    server = re.search(r":(\d+)", SERVICES["database"]["image"])[1]

    assert f"postgresql-client-{server}" in DOCKERFILE
