# One image for every role: web, live, worker, beat and one-off commands.
FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY cxloop/up/lock/image.txt /lock.txt
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --only-binary :all: -r /lock.txt

FROM python:3.12-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=cxloop.settings \
    CXLOOP_BOOTSTRAP=0 \
    CXLOOP_STATIC_ROOT=/app/build/static \
    CXLOOP_HOME=/data
RUN useradd --uid 10001 --create-home cxloop && install -d -o cxloop /data
COPY --from=build /venv /venv
COPY . /app
WORKDIR /app
RUN CXLOOP_KEYLESS=1 python manage.py collectstatic --noinput
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "cxloop.web_worker.Worker", "--workers", "2", \
     "--threads", "8", "--no-control-socket", "cxloop.wsgi:application"]
