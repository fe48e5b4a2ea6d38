# Completes command lines of coord in fish. Nothing that coord answers is run or expanded.
function __coord_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct | string unescape)
    set -l replies (COORD_PROGRAM complete -- $typed[2..-1] "$current" 2>/dev/null)
    if test (count $replies) -gt 1
        printf '%s\n' $replies[1..-2]
    else if test "$replies" = :0
        __fish_complete_path "$current"
    end
end
complete -c coord -e
complete -c coord -f -a '(__coord_complete)'
