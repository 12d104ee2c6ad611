"""A real S3 server over HTTP, in a thread of the tests (moto), and servers that are broken on purpose."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

KEY, SECRET, BUCKET = "cle-du-hub", "secret/du hub", "fichiers"  # pragma: allowlist secret


@contextmanager
def s3_server() -> Iterator[str]:
    """Its HUB_STORAGE_URL, the bucket made and empty."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        client(f"http://{host}:{port}").create_bucket(Bucket=BUCKET)
        yield f"s3+http://{KEY}:secret%2Fdu%20hub@{host}:{port}/{BUCKET}"
    finally:
        server.stop()


def client(endpoint: str):
    return boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def hanging_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        yield silent.getsockname()[1]
