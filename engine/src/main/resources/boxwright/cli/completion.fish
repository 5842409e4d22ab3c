# fish completion for boxwright. Use it with:  boxwright completion fish | source
# Each TAB asks boxwright itself: it answers with one candidate a line and, last, what else may stand there.

function __boxwright_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)
        switch $line
            case ':none'
            case ':files'
                __fish_complete_path (commandline -ct)
            case ':directories'
                __fish_complete_directories (commandline -ct)
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c boxwright -f -a '(__boxwright_complete)'
