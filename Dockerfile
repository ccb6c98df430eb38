# The bot in a container: docker build -t regulars . (docs/admins.md, "Docker")
FROM python:3.11-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/regulars
# The packages change seldom, so they are a layer of their own.
COPY requirements.lock ./
RUN /opt/regulars/bin/python -m pip install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE regulars.py ./
COPY bot ./bot
COPY adapters ./adapters
COPY cogs ./cogs
RUN /opt/regulars/bin/python -m pip install --no-deps --no-build-isolation . \
    && /opt/regulars/bin/python -m pip uninstall --yes --quiet pip


FROM python:3.11-slim

RUN groupadd --gid 10001 regulars \
    && useradd --uid 10001 --gid regulars --home-dir /data --no-create-home --shell /usr/sbin/nologin regulars \
    && install --directory --owner=regulars --group=regulars --mode=0700 /data
COPY --from=build /opt/regulars /opt/regulars

ENV PATH="/opt/regulars/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER regulars
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM

# Not urllib: it would ask a proxy named in the environment.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os; port = int(os.environ.get('REGULARS__WEB__PORT', '8080')); page = http.client.HTTPConnection('127.0.0.1', port, timeout=4); page.request('GET', '/readyz'); raise SystemExit(page.getresponse().status != 200)"]

ENTRYPOINT ["regulars"]
CMD ["run"]
