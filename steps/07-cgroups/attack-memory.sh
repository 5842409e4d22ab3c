#!/bin/sh
# Step 7's other attack: a memory hog. Exits with 0 when it worked.
#
#   steps/07-cgroups/attack-memory.sh ./jbang step05     in step 5
#   steps/07-cgroups/attack-memory.sh ./jbang step07     in step 7
#
# A real one takes memory until the machine has none. This one stops at 100 MiB: tail keeps a line that long, to print it
# when it ends.
hog=$((100 * 1024 * 1024))

# shellcheck disable=SC2016 # the shell inside expands it
held=$("$@" sh -c 'head -c $1 /dev/zero | tail -n 1 | wc -c' attack $hog)
echo "inside: held ${held:-0} bytes at once"
[ "$held" = $hog ]
