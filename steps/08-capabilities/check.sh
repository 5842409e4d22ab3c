#!/bin/sh
# Is a program step 8? ./boxwright check 8 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

attack_fails "$here/attack.sh" "root may not take down what hides the host" \
    "CAP_SYS_ADMIN has to leave the bounding set (PR_CAPBSET_DROP) and the permitted set: capset(2)" "$@"

# set_of NAME PROGRAM…: the set of that name, of what the container runs, in $out.
set_of() {
    set=$1
    shift
    inside "$@" grep "^$set:" /proc/self/status
    out=$(echo "$out" | cut -f 2)
}

for name in CapEff CapBnd; do
    set_of $name "$@"
    # a80425fb are Docker's fourteen. Fewer are welcome.
    case $out in
    '' | *[!0-9a-f]*) few=no ;;
    *) few=$([ $((0x$out & ~0xa80425fb)) = 0 ] && echo yes || echo no) ;;
    esac
    outcome "$few" "$name has none but Docker's fourteen" "capabilities(7): the bounding set limits what execve gives back"
done

for name in CapInh CapAmb; do
    set_of $name "$@"
    outcome "$(is "$out" 0000000000000000)" "$name is empty" "what is in it outlives a change of the user (CVE-2022-24769)"
done

inside "$@" sh -c 'touch /tmp/mine && chown 12 /tmp/mine && echo owner'
outcome "$(is "$out" owner)" "root is still root of its files" "CAP_CHOWN, CAP_DAC_OVERRIDE and CAP_FOWNER are needed by every image"
exit $failed
