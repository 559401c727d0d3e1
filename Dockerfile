# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/communique
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY bot bot
COPY briefs briefs
COPY templates templates
COPY config config
RUN /opt/communique/bin/pip install --no-cache-dir -c constraints.txt '.[slack,matrix]'

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin communique \
    && install -d -o communique -g communique /data
COPY --from=build /opt/communique /opt/communique
ENV PATH=/opt/communique/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COMMUNIQUE_DATA=/data \
    COMMUNIQUE_HEALTH_HOST=0.0.0.0
USER communique
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["communique"]
CMD ["run"]
