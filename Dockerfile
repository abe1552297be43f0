# docker build -t playground . && docker run -p 8000:8000 playground
#
# Runs as a user without rights and writes to /data alone, so it bears being locked up further:
#   docker run -p 8000:8000 --read-only --cap-drop ALL --security-opt no-new-privileges playground
# A name under which it is opened, other than localhost, goes into -e PLAYGROUND_ALLOWED_HOSTS=...
#
# The images are those of a version, so that a new build has its latest corrections. For a build
# that is the same for ever give them by digest: --build-arg PYTHON_IMAGE=python:3.11-slim@sha256:...
ARG NODE_IMAGE=node:22-slim
ARG PYTHON_IMAGE=python:3.11-slim

# The page
FROM ${NODE_IMAGE} AS page
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY scripts scripts
COPY static static
RUN npm run build

# The wheel, and an environment that holds it
FROM ${PYTHON_IMAGE} AS wheel
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/playground
WORKDIR /source
COPY requirements.lock ./
RUN /opt/playground/bin/pip install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY scripts scripts
COPY engine engine
COPY app app
COPY templates templates
COPY static static
COPY --from=page /source/build build
RUN /opt/playground/bin/pip wheel --no-deps --wheel-dir dist . \
    && /opt/playground/bin/pip install --no-deps dist/*.whl \
    && /opt/playground/bin/pip check \
    && /opt/playground/bin/pip uninstall -y pip

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/playground/bin:$PATH \
    OPENBLAS_NUM_THREADS=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PLAYGROUND_SNAPSHOT_DIR=/data/snapshots \
    TMPDIR=/data
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin playground \
    && install -d -m 700 -o 10001 -g 10001 /data
COPY --from=wheel /opt/playground /opt/playground
VOLUME /data
WORKDIR /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["playground", "serve", "--host", "0.0.0.0", "--port", "8000"]
