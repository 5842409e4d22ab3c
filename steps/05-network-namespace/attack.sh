#!/bin/sh
# Step 5's attack: talk to a server that listens on the host's loopback only. Exits with 0 when that worked.
#
#   steps/05-network-namespace/attack.sh ./jbang step04     in step 4
#   steps/05-network-namespace/attack.sh ./jbang step05     in step 5
#
# The host is played by a network namespace of this script's own: the server is on no network of your machine. Needs
# busybox, for the server and for the client.
[ -n "${STAND_IN-}" ] || STAND_IN=yes exec unshare --net sh "$0" "$@"

busybox ip link set lo up
secret="secret number $$"
directory=$(mktemp -d)
echo "$secret" >"$directory/file"
busybox httpd -f -p 127.0.0.1:8080 -h "$directory" &
server=$!
trap 'kill $server; rm -r "$directory"' EXIT
# 1F90 is 8080, 0A is LISTEN.
tries=0
until grep -q '0100007F:1F90 00000000:0000 0A' /proc/net/tcp; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || exit 2
    sleep 0.1
done
echo "outside: a server listens on 127.0.0.1:8080"

found=$("$@" busybox wget -q -O - http://127.0.0.1:8080/file)
echo "inside: found ${found:-nothing}"
[ "$found" = "$secret" ]
