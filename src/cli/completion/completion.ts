/**
 * The scripts by which shells ask `lifeline complete` for suggestions. Those of @bomb.sh/tab, except for bash: its own
 * needs the package bash-completion, cannot be read twice in one shell, evaluates what stands on the line (a `$(…)`
 * would run at a press of Tab) and completes no file names.
 */
import { script } from '@bomb.sh/tab';

const BASH = `# bash completion for lifeline
_lifeline() {
    local line value found directive=0
    local cur=\${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :[0-9]*) directive=\${line#:} ;;
            *)
                value=\${line%%$'\\t'*}
                [[ $value == "$cur"* ]] && COMPREPLY+=("$value")
                ;;
        esac
    done < <(lifeline complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if [[ $directive == 0 && \${#COMPREPLY[@]} == 0 ]]; then
        compopt -o filenames 2>/dev/null
        while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -f -- "$cur")
    fi
}
complete -F _lifeline lifeline
`;

/** `lifeline completion`. */
export const completion = (shell: string): void => {
  if (shell === 'bash') process.stdout.write(BASH);
  else script(shell, 'lifeline', 'lifeline');
};
