# Three images: `hub`, the site with its worker and its clock; `proxy`, which ends TLS; `antivirus`, for who wants it. None runs as root. See docs/hosting.md.
FROM python:3.11-slim-bookworm AS hub
# pg_dump and pg_restore of the server's own version (15): `bin/hub backup` and `restore` call them
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-15 tzdata \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/hub
COPY requirements.lock ./
# the line in .venv/installed is what bin/hub looks for: nothing is installed at a start
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r requirements.lock \
    && sha256sum <requirements.lock >.venv/installed
COPY LICENSE README.md manage.py pyproject.toml ./
COPY bin bin
COPY docs docs
COPY hub hub
COPY directory directory
COPY trainings trainings
COPY workgroups workgroups
COPY search search
# the clone may have been made under a umask that keeps the others out: here the hub is one of the others
RUN chmod -R a+rX LICENSE README.md manage.py pyproject.toml requirements.lock bin docs hub directory trainings workgroups search \
    && .venv/bin/python -m compileall -q hub directory trainings workgroups search \
    && groupadd --system --gid 10001 hub \
    && useradd --system --uid 10001 --gid hub --no-create-home --home-dir /data hub \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
ENV HUB_DATA=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TZ=Europe/Paris
USER 10001:10001
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["bin/hub"]
CMD ["up", "--host", "0.0.0.0", "--port", "8000"]

FROM caddy:2 AS proxy
RUN chown -R 10002:10002 /data /config
COPY --chmod=644 Caddyfile /etc/caddy/Caddyfile
USER 10002:10002

# without signatures: they come into the volume, and stay there
FROM clamav/clamav:1.4_base AS antivirus
COPY --chmod=644 clamd.conf /etc/clamav/clamd.conf
USER clamav
ENTRYPOINT ["/init-unprivileged"]
