using System.CommandLine;
using Skyline.Cli.Keeping;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Repos;

/// <summary>`skyline repo TAG` (or `repo show TAG`): the `.repo` file, for /etc/yum.repos.d. `skyline repo wait`: until it holds a build.</summary>
static class RepoCommand
{
    public static Command Make(GlobalOptions global)
    {
        var command = Printing(global, "repo", "Print a tag's .repo file, for /etc/yum.repos.d; wait until a repository holds a build");
        command.Subcommands.Add(Printing(global, "show", "Print a tag's .repo file; for a tag that is called as a command is"));
        foreach (var below in KeepingCommands.OfRepos(global).Prepend(WaitCommand.Make(global))) command.Subcommands.Add(below);
        return command;
    }

    static Command Printing(GlobalOptions global, string verb, string description)
    {
        var name = new Argument<string>("TAG") { Description = "Name of the tag" };
        var output = new Option<string?>("--output", "-o") { Description = "Write it into this file", HelpName = "FILE" };
        var token = new Option<bool>("--with-token") { Description = "With a new token of yours, for reading alone, as the password: for private tags. It is printed nowhere; needs --output, and that file only its owner can read" };
        var tokenName = new Option<string?>("--token-name") { Description = "What the token is called (default: this machine's name and the tag's)", HelpName = "NAME" };
        var command = new Command(verb, description) { name, output, token, tokenName };
        command.Validators.Add(given =>
        {
            if (given.GetResult(token) is not null && given.GetResult(output) is null) given.AddError("--with-token needs --output FILE: a secret is printed on no screen.");
            if (given.GetResult(tokenName) is not null && given.GetResult(token) is null) given.AddError("--token-name is for --with-token.");
        });
        global.Does(command, async (parsed, session, ct) =>
        {
            var (tag, file) = (await session.Client.Tag(parsed.GetRequiredValue(name), ct), parsed.GetValue(output));
            if (parsed.GetValue(token)) return await WithToken(session, tag, file!, parsed.GetValue(tokenName), ct);
            if (tag.Private) session.Screen.Warn($"{Untrusted.Line(tag.Name)} is private: who reads its repository is asked for a password. With one: skyline repo {Untrusted.Line(tag.Name)} --with-token --output FILE");
            if (file is not null) OwnFile.Write(file, WithEnd(tag.RepoFile), secret: false);
            else session.Screen.Result(new RepoDocument(tag.Name, tag.RepoFile), CliJson.Default.RepoDocument, to =>
                to.Write(session.Screen.OutIsTerminal ? Untrusted.Text(WithEnd(tag.RepoFile)) : WithEnd(tag.RepoFile)));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>First that the file can be written: a token that nobody has would stay for ever.</summary>
    static async Task<ExitCode> WithToken(Session session, TagDetails tag, string file, string? called, CancellationToken ct)
    {
        OwnFile.Write(file, "", secret: true);
        var me = await session.Client.WhoAmI(ct);
        var made = await session.Client.CreateToken(new NewToken(called ?? NameOf(Environment.MachineName, tag.Name), ["read"]), ct);
        OwnFile.Write(file, SignedInRepoFile.Of(WithEnd(tag.RepoFile), me.Name, made.Token), secret: true);
        session.Screen.Say($"{file} asks with your token '{made.Name}', which reads and does nothing else; only the file's owner can read it. It is good no more after: skyline token revoke {made.Id}");
        return ExitCode.Ok;
    }

    /// <summary>Of the letters that names are of, and no more than they have.</summary>
    static string NameOf(string machine, string tag)
    {
        var name = new string([.. $"{machine}-{tag}".Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-')]).Replace("..", "-", StringComparison.Ordinal).TrimStart('.', '_', '-');
        return name.Length > 100 ? name[..100] : name;
    }

    static string WithEnd(string text) => text.EndsWith('\n') ? text : text + "\n";
}
