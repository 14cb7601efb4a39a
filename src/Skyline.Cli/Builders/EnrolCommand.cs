using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builders;

/// <summary>`skyline builder add NAME`, or `enrol`: a new builder's token; with `--cloud-init`, what a cloud's machine becomes that builder by.</summary>
static class EnrolCommand
{
    /// <summary>What clouds take as user data: EC2's 16 KiB.</summary>
    const int MostUserData = 16 << 10;

    public static Command Make(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the new builder" };
        var owner = new Option<string?>("--owner") { Description = "Whose machine it is (default: you)", HelpName = "NAME" };
        var channel = new Option<string?>("--channel") { Description = "The channel that it works in (default: default)", HelpName = "CHANNEL" };
        var cloud = new Option<bool>("--cloud-init") { Description = "Print user data for a machine of a cloud, which installs the builder at its first boot; the token is in it" };
        var repo = new Option<string?>("--repo") { Description = "With --cloud-init: the tag of this server whose repository has skyline-builder", HelpName = "TAG" };
        var repoFile = new Option<string?>("--repo-file") { Description = "With --cloud-init: a .repo file of the repository that has skyline-builder (default: those that the image has)", HelpName = "FILE" };
        var authority = new Option<string?>("--ca") { Description = "With --cloud-init: certificates in PEM of the authority that the server's is signed by", HelpName = "FILE" };
        var address = new Option<string?>("--address") { Description = "With --cloud-init: the address by which that machine reaches the server (default: the one that you use)", HelpName = "URL" };
        var command = new Command("add", "Enrol a builder, and print its token, or user data for a cloud: the only time it is shown") { name, owner, channel, cloud, repo, repoFile, authority, address };
        command.Aliases.Add("enrol");
        command.Validators.Add(given =>
        {
            foreach (var option in new[] { repo, repoFile, authority, address })
                if (given.GetResult(option) is not null && given.GetResult(cloud) is null) given.AddError($"{option.Name} is for --cloud-init.");
            if (given.GetResult(repo) is not null && given.GetResult(repoFile) is not null) given.AddError("--repo and --repo-file both say where skyline-builder comes from; give one.");
        });
        global.Does(command, async (parsed, session, ct) =>
        {
            // All that can be wrong is looked at first: a builder whose token nobody has seen would have to be removed again.
            var data = parsed.GetValue(cloud) ? await Prepare(session, parsed.GetValue(address), parsed.GetValue(repo), parsed.GetValue(repoFile), parsed.GetValue(authority), ct) : null;
            var whose = parsed.GetValue(owner) ?? (await session.Client.WhoAmI(ct)).Name;
            var enrolled = await session.Client.EnrolBuilder(new NewBuilder(parsed.GetRequiredValue(name), whose, parsed.GetValue(channel)), ct);
            if (data is not null) TellUserData(session, enrolled, data);
            else TellToken(session, enrolled);
            return ExitCode.Ok;
        });
        return command;
    }

    static void TellToken(Session session, EnrolledBuilder enrolled)
    {
        session.Screen.Result(enrolled, SkylineJson.Default.EnrolledBuilder, to => to.WriteLine(Untrusted.Line(enrolled.Token)));
        session.Screen.Warn($"Keep the token in a file that only the builder can read, then: skyline-builder --server {ServerAddress.Shown(session.Server!)} --token-file FILE --data DIR");
    }

    static void TellUserData(Session session, EnrolledBuilder enrolled, CloudInit data)
    {
        var text = (data with { Token = Untrusted.Line(enrolled.Token) }).UserData();
        session.Screen.Result(new CloudDocument(enrolled.Name, text), CliJson.Default.CloudDocument, to => to.Write(text));
        session.Screen.Warn("The token is in it: keep it as a secret, and delete it once the machine has it. Whoever may read that machine's user data in the cloud can read it there.");
    }

    static async Task<CloudInit> Prepare(Session session, string? reachedAt, string? tag, string? repoFile, string? authority, CancellationToken ct)
    {
        var repo = tag is not null ? await RepoOf(session, tag, ct) : repoFile is not null ? Read(repoFile) : null;
        var trusted = authority is null ? null : Read(authority);
        if (trusted is not null && CloudInit.Certificates(trusted) is null) throw StopException.Usage($"--ca {authority}: there is no certificate in it. It is a PEM file, as in -----BEGIN CERTIFICATE-----.");
        _ = session.Client;
        var address = reachedAt is null ? session.Server! : ServerAddress.Parse(reachedAt);
        if (address.IsLoopback) throw StopException.Usage($"A machine of a cloud cannot reach {ServerAddress.Shown(address)}: that is this machine itself. Say with --address how others reach the server.");
        if (ServerAddress.IsInTheClear(address)) session.Screen.Warn($"{ServerAddress.Shown(address)} is without TLS: the token can be read on the way.");
        var data = new CloudInit(ServerAddress.Shown(address), new string('x', 100), repo, trusted);
        return data.UserData().Length <= MostUserData ? data : throw StopException.Usage($"The user data would be longer than the {MostUserData} bytes that clouds take; give a shorter --repo-file or --ca.");
    }

    static async Task<string> RepoOf(Session session, string tag, CancellationToken ct)
    {
        var found = await session.Client.Tag(tag, ct);
        return found.Private
            ? throw StopException.Usage($"{Untrusted.Line(tag)} is private: a new machine has no password for it. Give a .repo file with a token: skyline repo {Untrusted.Line(tag)} --with-token --output FILE, and --repo-file FILE.")
            : found.RepoFile;
    }

    static string Read(string path)
    {
        using var reader = new StreamReader(GivenFile.Open(path));
        var letters = new char[MostUserData + 1];
        var length = reader.ReadBlock(letters);
        return length <= MostUserData ? new(letters, 0, length) : throw StopException.Usage($"{path} is longer than the {MostUserData} bytes that clouds take as user data.");
    }
}

/// <summary>`skyline builder add --cloud-init --json`.</summary>
sealed record CloudDocument(string Name, string UserData);
