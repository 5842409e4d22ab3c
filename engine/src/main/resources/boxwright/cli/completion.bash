# bash completion for boxwright. Use it with:  source <(boxwright completion bash)
# Each TAB asks boxwright itself: it answers with one candidate a line and, last, what else may stand there.

_boxwright() {
    local current=${COMP_WORDS[COMP_CWORD]} words=() i word
    # Bash splits --explain=json at the '='; boxwright wants the word as it was typed.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((${#words[@]})) && [[ $word == "=" || ${COMP_WORDS[i - 1]} == "=" ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
    done
    [[ $current == "=" ]] && current=
    local whole=${words[${#words[@]} - 1]}
    local typed=${whole%"$current"} # what stands before the part that bash will replace

    COMPREPLY=()
    local line
    while IFS= read -r line; do
        case $line in
            :none) ;;
            :files) compopt -o filenames 2>/dev/null; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$current") ;;
            :directories) compopt -o filenames 2>/dev/null; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$current") ;;
            *) line=${line%%$'\t'*}; COMPREPLY+=("${line#"$typed"}") ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
}

complete -F _boxwright boxwright
