# An image like the distroless ones: a program and what it needs, no shell.
FROM scratch
ARG TARGETARCH
COPY rootfs-$TARGETARCH /
ENV PATH=/usr/local/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532:65532
WORKDIR /home/nonroot
ENTRYPOINT ["/usr/local/bin/hello"]
