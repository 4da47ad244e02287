# The first process of a cluster's namespaces: nothing that happens in them is seen outside, and with it everything in them ends.
#   sandbox.sh FOLDER NODE_ADDRESS
set -eu
folder=$1 node_address=$2

# Pods see mounts that the kubelet makes later. The namespace was made private first, so the machine does not.
mount --make-rshared /
# Sockets, locks and logs that components keep at fixed places.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/kubelet /var/lib/cni "$folder/var-log" "$folder/var-lib-cni" "$folder/kubelet"
mount --bind "$folder/var-log" /var/log
mount --bind "$folder/var-lib-cni" /var/lib/cni
# Under a short name: the kubelet's sockets lie in it, and the path of a socket has at most 107 bytes.
mount --bind "$folder/kubelet" /run/kubelet

ip link set lo up
ip link add node0 type bridge # a dummy device would do, but not every kernel has it
ip addr add "$node_address/24" dev node0
ip link set node0 up
ip route add default dev node0 # leads nowhere: no packet leaves
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet # NodePorts answer on 127.0.0.1

touch /run/sandbox-is-ready
# Orphans of pods become this shell's children, and waiting reaps them.
while :; do sleep 3600 & wait $!; done
