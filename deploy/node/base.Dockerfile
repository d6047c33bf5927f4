# What a node is made of apart from our programs: an engine, CNI plugins, packet filters and a supervisor.
FROM coxswain/base:dev
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      docker.io crun busybox-static containernetworking-plugins nftables iptables conntrack iproute2 runit curl procps \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY rootfs /
VOLUME ["/var/lib/docker", "/var/lib/kubelet", "/var/lib/cri-docker", "/var/lib/cni", "/var/log/pods"]
ENV SVDIR=/run/coxswain/service container=docker
# Short-lived objects get little room and malloc gives back what is free: a third less memory after a burst of pods
# (docs/figures.md).
ENV NODE_OPTIONS=--max-semi-space-size=4 MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/coxswain-node"]
