#!/bin/sh
# Step 4's attack: read messages that are in queues of the host. Exits with 0 when that worked.
#
#   steps/04-ipc-namespace/attack.sh ./jbang steps/04-ipc-namespace/ReadQueues.java --step03     in step 3
#   steps/04-ipc-namespace/attack.sh ./jbang steps/04-ipc-namespace/ReadQueues.java              in step 4
#
# The host is played by an IPC namespace of this script's own: your machine gets no queue, and none of its is read.
[ -n "${STAND_IN-}" ] || STAND_IN=yes exec unshare --ipc sh "$0" "$@"

"$@" --plant || exit
echo "outside: there is a secret in a System V queue and one in a POSIX queue"

systemv=$("$@" true)
echo "inside: found ${systemv:-nothing} in the System V queue"
posix=$("$@" --posix true)
echo "inside: found ${posix:-nothing} in the POSIX queue"
[ "$systemv" = "a secret" ] && [ "$posix" = "a secret" ]
