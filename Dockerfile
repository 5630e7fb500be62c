# A static binary, CA roots, and nothing else. Runs as a user without rights, with a read-only root;
# writes to /results only:
#
#   docker build -t voicespec .
#   docker run --rm --read-only -v "$PWD/voicespec.yaml:/config/voicespec.yaml:ro" -v "$PWD/results:/results" \
#     voicespec run --config /config/voicespec.yaml --report-dir /results
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# docker build --build-arg VERSION=$(git describe --tags)
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X github.com/voicespec/voicespec/runner/cli.version=$VERSION" -o /out/voicespec ./runner/voicespec \
 && mkdir -p /out/results

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/voicespec /usr/bin/voicespec
COPY --from=build /src/LICENSE /src/runner/licences/third-party.txt /usr/share/doc/voicespec/
COPY --from=build --chown=65532:65532 /out/results /results
USER 65532:65532
WORKDIR /results
VOLUME /results
EXPOSE 8080
ENTRYPOINT ["/usr/bin/voicespec"]
CMD ["run", "--report-dir", "/results"]
