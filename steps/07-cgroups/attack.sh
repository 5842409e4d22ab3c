#!/bin/sh
# Step 7's attack: a fork bomb. Exits with 0 when it worked.
#
#   steps/07-cgroups/attack.sh ./jbang step05     in step 5
#   steps/07-cgroups/attack.sh ./jbang step07     in step 7
#
# A real one starts processes until nobody can start any more. This one stops at 200, which only sleep, and which the
# kernel ends with the container: your machine does not feel it.
bomb=200

# shellcheck disable=SC2016 # the shell inside expands it
started=$("$@" sh -c 'i=0; while [ $i -lt $1 ]; do sleep 60 >/dev/null & i=$((i + 1)); echo $i; done' attack $bomb |
    tail -n 1)
echo "inside: started ${started:-no} processes"
[ "$started" = $bomb ]
