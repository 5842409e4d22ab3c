#compdef boxwright
# zsh completion for boxwright. Use it with:  source <(boxwright completion zsh)
# or save it as _boxwright in a directory of $fpath. Each TAB asks boxwright itself.

_boxwright() {
    local line word rest
    local -a candidates
    for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
            :*) rest=$line ;;
            *)
                word=${line%%$'\t'*}
                if [[ $line == *$'\t'* ]]; then
                    candidates+=("${word//:/\\:}:${line#*$'\t'}")
                else
                    candidates+=("${word//:/\\:}")
                fi
                ;;
        esac
    done
    (( ${#candidates} )) && _describe boxwright candidates
    case $rest in
        :files) _files ;;
        :directories) _files -/ ;;
    esac
}

if [[ $funcstack[1] == _boxwright ]]; then
    _boxwright "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -D }
    compdef _boxwright boxwright
fi
