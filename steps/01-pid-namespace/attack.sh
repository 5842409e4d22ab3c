#!/bin/sh
# Step 1's attack: kill a process outside, by its number. Exits with 0 when that worked.
#
#   steps/01-pid-namespace/attack.sh                    without a container
#   steps/01-pid-namespace/attack.sh ./jbang step01     in step 1

sleep 60 &
victim=$!
echo "outside: process $victim sleeps"

# shellcheck disable=SC2016 # the shell inside expands it
"$@" sh -c 'echo "inside: I am process $$"; kill -KILL "$1"' attack $victim

# A process that the attack has killed does not see this second signal.
kill -TERM $victim 2>/dev/null
wait $victim 2>/dev/null
case $? in
137) echo "outside: process $victim was killed" ;;
*) echo "outside: process $victim slept on" && exit 1 ;;
esac
