#!/bin/sh
# Step 2's attack: rename the host. Exits with 0 when that worked.
#
#   steps/02-uts-namespace/attack.sh ./jbang step01     in step 1
#   steps/02-uts-namespace/attack.sh ./jbang step02     in step 2
#
# The host is played by a UTS namespace of this script's own: your machine keeps its name, however this ends.
[ -n "${STAND_IN-}" ] || STAND_IN=yes exec unshare --uts sh "$0" "$@"

name=/proc/sys/kernel/hostname
echo innocent >$name
echo "outside: the host is called $(cat $name)"

# shellcheck disable=SC2016 # the shell inside expands it
"$@" sh -c 'echo "inside: I am on $(cat $1)"; echo guilty >$1; echo "inside: now I am on $(cat $1)"' attack $name

echo "outside: the host is called $(cat $name)"
[ "$(cat $name)" = guilty ]
