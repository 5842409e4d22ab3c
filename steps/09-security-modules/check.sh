#!/bin/sh
# Is a program step 9? ./boxwright check 9 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

inside "$@" sh -c 'id -u'
outcome "$(is "$out" 0)" "it is root inside" "who is root inside is a matter of step 6; this step limits root too"

attack_fails "$here/attack.sh" "root cannot write to /etc" \
    "landlock_create_ruleset, landlock_add_rule for what may be written, landlock_restrict_self; or a profile, or a label" "$@"

inside "$@" sh -c 'rm -f /etc/passwd; [ -e /etc/passwd ]'
outcome "$(is $code 0)" "root cannot remove a file there" "LANDLOCK_ACCESS_FS_REMOVE_FILE is watched, too?"

inside "$@" sh -c 'echo x >/tmp/note && cat /tmp/note'
outcome "$(is "$out" x)" "it may still write to its /tmp" "a rule for what it needs: LANDLOCK_RULE_PATH_BENEATH with a descriptor of /tmp"

inside "$@" sh -c 'while read -r name value; do [ "$name" != NoNewPrivs: ] || echo "$value"; done </proc/self/status'
outcome "$(is "$out" 1)" "setuid programs give nothing" "prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), before the execve"
exit $failed
