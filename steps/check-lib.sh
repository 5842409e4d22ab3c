# What the check.sh of the steps share. Sourced by them, with the program that is to be checked in "$@".
#
# A check runs something in the program, and says ok or not ok; what it saw and a hint follow, where it was not.

# outcome OK NAME HINT: says it, with what the last `inside` saw.
outcome() {
    if [ "$1" = yes ]; then
        echo "ok - $2"
    else
        echo "not ok - $2"
        [ -z "$seen" ] || echo "$seen" | head -n 3 | sed 's/^/saw: /'
        echo "hint: $3"
        failed=1
    fi
}

# inside PROGRAM…: runs it, and keeps its output in $out, that and its messages in $seen, and its exit code in $code.
inside() {
    code=0
    messages=$(mktemp)
    out=$(timeout 60 "$@" 2>"$messages" </dev/null) || code=$?
    seen=$out$(cat "$messages")
    rm -f "$messages"
}

# runs PROGRAM…: says so where it does not even run something, and ends the check: an attack that fails then proves nothing.
runs() {
    inside "$@" echo hello
    [ "$out" = hello ] && return
    outcome no "it runs a program" "what comes after your program's name is the command: execute that"
    exit 1
}

# is VALUE EXPECTED: yes or no.
is() {
    [ "$1" = "$2" ] && echo yes || echo no
}

# attack_fails SCRIPT NAME HINT PROGRAM…: the attack of a step must not work. An attack that could not be made proves nothing.
attack_fails() {
    attack=$1 name=$2 hint=$3
    shift 3
    inside sh "$attack" "$@"
    outcome "$(is $code 1)" "$name" "$hint"
}

failed=0
