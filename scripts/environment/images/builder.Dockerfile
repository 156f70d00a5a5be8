# BuildKit in a container, as `docker buildx create` asks for it: on Debian, for runc's libraries.
FROM debian:bookworm
COPY buildkitd buildctl runc /usr/bin/
COPY lib/ /usr/lib/x86_64-linux-gnu/
VOLUME /var/lib/buildkit
ENV BUILDKIT_SETUP_CGROUPV2_ROOT=1
ENTRYPOINT ["buildkitd"]
