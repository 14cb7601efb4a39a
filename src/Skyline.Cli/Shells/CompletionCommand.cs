using System.CommandLine;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Shells;

/// <summary>`skyline completion SHELL`: a script by which the shell asks `skyline complete` what may come next.</summary>
static class CompletionCommand
{
    public static Command Make(GlobalOptions global)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print what makes a shell complete the words of this program") { shell };
        global.Does(command, (parsed, session, _) =>
        {
            var script = ScriptFor(parsed.GetRequiredValue(shell));
            session.Screen.Result(new TextDocument(script), CliJson.Default.TextDocument, to => to.Write(script));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    // Where the program has nothing to say, the shell completes names of files.
    static string ScriptFor(string shell) => shell switch
    {
        "bash" => """
            # bash completion of skyline
            _skyline()
            {
                local word=${COMP_WORDS[COMP_CWORD]}
                mapfile -t COMPREPLY < <(skyline complete "${COMP_LINE:0:COMP_POINT}" 2>/dev/null | cut -f 1)
                # (What is left of a colon is a word of its own to bash.)
                [[ $word != *:* ]] || COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
            }
            complete -o default -F _skyline skyline

            """,
        "zsh" => """
            #compdef skyline
            _skyline() {
                local -a lines
                local line
                for line in "${(@f)$(skyline complete "${words[1,CURRENT]}" 2>/dev/null)}"; do
                    [[ -z $line ]] || lines+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
                done
                if (( $#lines )); then _describe skyline lines; else _files; fi
            }
            if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _skyline "$@"; else compdef _skyline skyline; fi

            """,
        _ => """
            # fish completion of skyline
            complete -c skyline -a '(skyline complete (commandline -cp) 2>/dev/null)'

            """,
    };
}
