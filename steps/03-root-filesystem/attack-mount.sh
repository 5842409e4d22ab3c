#!/bin/sh
# Another attack on step 3: mount something over a directory of the host. Exits with 0 when that worked.
#
#   steps/03-root-filesystem/attack-mount.sh ./jbang step02     in step 2
#   steps/03-root-filesystem/attack-mount.sh ./jbang step03     in step 3
#
# The host is played by a mount namespace of this script's own, in which mounts propagate, as systemd has it on most
# machines: your machine keeps its mounts, however this ends.
# shellcheck disable=SC2016 # the shell inside expands it
[ -n "${STAND_IN-}" ] ||
    STAND_IN=yes exec unshare --mount sh -c 'mount --make-rshared / && exec sh "$0" "$@"' "$0" "$@"

place=$(mktemp -d)
trap 'rmdir "$place"' EXIT
before=$(cut -d ' ' -f 5 /proc/self/mountinfo)

"$@" sh -c 'mkdir -p "$1" && mount -t tmpfs planted "$1" && echo "inside: mounted on $1"' attack "$place"

after=$(cut -d ' ' -f 5 /proc/self/mountinfo)
if [ "$before" = "$after" ]; then
    echo "outside: nothing is mounted that was not before"
    exit 1
fi
echo "outside: something is mounted on $place"
umount "$place"
