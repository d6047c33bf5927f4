# What a node is made of apart from our programs: an engine, CNI plugins, packet filters and a supervisor.
FROM coxswain/base:dev
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      docker.io containernetworking-plugins nftables iptables conntrack iproute2 runit curl procps \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY rootfs /
VOLUME ["/var/lib/docker", "/var/lib/kubelet", "/var/lib/cri-docker", "/var/lib/cni", "/var/log/pods"]
ENV SVDIR=/run/coxswain/service container=docker
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/coxswain-node"]
