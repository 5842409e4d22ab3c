#!/bin/sh
# Is a program step 5? ./boxwright check 5 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

if command -v busybox >/dev/null; then
    attack_fails "$here/attack.sh" "a server on the host's loopback cannot be reached" "CLONE_NEWNET is missing among the flags" "$@"
fi

# In a network namespace of this script's own: the cable is laid to that, not to your machine.
inside unshare --net "$@" cat /proc/net/dev
case $out in *lo:*) lo=yes ;; *) lo=no ;; esac
outcome $lo "it has a loopback" "a new network namespace has one"

inside unshare --net "$@" sh -c 'ping -c 1 -w 2 127.0.0.1 >/dev/null 2>&1 || busybox ping -c 1 -w 2 127.0.0.1'
outcome "$(is $code 0)" "its loopback is up" "it begins down: SIOCSIFFLAGS with IFF_UP, or ip link set lo up"
exit $failed
