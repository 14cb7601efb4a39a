using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Advisories;

/// <summary>`skyline advisory list|show|create|edit|attach|detach|publish|withdraw`.</summary>
static class AdvisoryCommand
{
    public static Command Make(GlobalOptions global) =>
        new("advisory", "Tell why packages were updated: advisories, as dnf updateinfo lists them")
        {
            ListCommand(global), ShowCommand(global), CreateCommand(global), EditCommand(global),
            BuildsCommand(global, "attach", "Attach builds to an advisory", async (client, id, nvrs, ct) => await client.AttachBuilds(id, nvrs, ct)),
            BuildsCommand(global, "detach", "Detach builds from an advisory", async (client, id, nvrs, ct) =>
            {
                foreach (var nvr in nvrs) await client.DetachBuild(id, nvr, ct);
            }),
            SwitchCommand(global, "publish", "Tell clients of an advisory", (client, id, ct) => client.PublishAdvisory(id, ct)),
            SwitchCommand(global, "withdraw", "Tell clients of an advisory no more", (client, id, ct) => client.WithdrawAdvisory(id, ct)),
        };

    static Command ListCommand(GlobalOptions global)
    {
        var tag = new Option<string?>("--tag") { Description = "Only this tag's", HelpName = "TAG" };
        var state = new Option<AdvisoryState?>("--state") { Description = "Only those that are draft, published or withdrawn", HelpName = "STATE" };
        var limit = new Option<int>("--limit") { Description = "At most so many (default: 50)", HelpName = "N", DefaultValueFactory = _ => 50 };
        var command = new Command("list", "List advisories, the newest first") { tag, state, limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.Advisories(ct, parsed.GetValue(tag), parsed.GetValue(state), limit: parsed.GetValue(limit));
            session.Screen.Result(page, SkylineJson.Default.AdvisoryPage, to => Table.Write(to,
                ["ADVISORY", "TAG", "STATE", "TYPE", "SEVERITY", "TITLE"],
                page.Advisories.Select(advisory => (string?[])[advisory.Id, advisory.Tag, Word(advisory.State), Word(advisory.Type), Word(advisory.Severity), advisory.Title])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var id = Id();
        var command = new Command("show", "Show an advisory and its builds") { id };
        global.Does(command, (parsed, session, ct) => Show(session, parsed.GetRequiredValue(id), ct));
        return command;
    }

    static Command CreateCommand(GlobalOptions global)
    {
        var tag = new Option<string>("--tag") { Description = "The tag whose repositories tell of it", HelpName = "TAG", Required = true };
        var id = new Option<string?>("--id") { Description = "What it is called (default: SKYLINE-YEAR-NUMBER)", HelpName = "ID" };
        var builds = new Option<string[]>("--build") { Description = "A build that it is about; may be given several times", HelpName = "NVR" };
        var publish = new Option<bool>("--publish") { Description = "Tell clients of it at once; otherwise it is a draft" };
        var command = new Command("create", "Write an advisory") { tag, id, builds, publish };
        var options = new AdvisoryOptions(command, isNew: true);
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.CreateAdvisory(
            options.New(parsed, parsed.GetRequiredValue(tag), parsed.GetValue(id), parsed.GetValue(builds) ?? [], parsed.GetValue(publish)), ct)));
        return command;
    }

    static Command EditCommand(GlobalOptions global)
    {
        var id = Id();
        var command = new Command("edit", "Change what an advisory says; references, if any are given, take the place of those that it had") { id };
        var options = new AdvisoryOptions(command, isNew: false);
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.EditAdvisory(parsed.GetRequiredValue(id), options.Edit(parsed), ct)));
        return command;
    }

    static Command BuildsCommand(GlobalOptions global, string verb, string description, Func<SkylineClient, string, string[], CancellationToken, Task> act)
    {
        var id = Id();
        var nvrs = new Argument<string[]>("NVR") { Description = "Builds, as name-version-release", Arity = ArgumentArity.OneOrMore };
        var command = new Command(verb, description) { id, nvrs };
        global.Does(command, async (parsed, session, ct) =>
        {
            await act(session.Client, parsed.GetRequiredValue(id), parsed.GetRequiredValue(nvrs), ct);
            return await Show(session, parsed.GetRequiredValue(id), ct);
        });
        return command;
    }

    static Command SwitchCommand(GlobalOptions global, string verb, string description, Func<SkylineClient, string, CancellationToken, Task> act)
    {
        var id = Id();
        var command = new Command(verb, description) { id };
        global.Does(command, async (parsed, session, ct) =>
        {
            await act(session.Client, parsed.GetRequiredValue(id), ct);
            return await Show(session, parsed.GetRequiredValue(id), ct);
        });
        return command;
    }

    static Argument<string> Id() => new("ID") { Description = "What the advisory is called" };

    static async Task<ExitCode> Show(Session session, string id, CancellationToken ct) => Show(session, await session.Client.Advisory(id, ct));

    static ExitCode Show(Session session, AdvisoryDetails advisory)
    {
        session.Screen.Result(advisory, SkylineJson.Default.AdvisoryDetails, to =>
        {
            to.WriteLine($"{Untrusted.Line(advisory.Id)}: {Untrusted.Line(advisory.Title)}");
            to.WriteLine($"{Word(advisory.Type)}, severity {Word(advisory.Severity)}, {Word(advisory.State)}, for tag {Untrusted.Line(advisory.Tag)}");
            if (advisory.Summary.Length > 0) to.WriteLine(Untrusted.Line(advisory.Summary));
            if (advisory.Description.Length > 0) to.WriteLine(Untrusted.Text(advisory.Description.TrimEnd()));
            foreach (var link in advisory.References) to.WriteLine($"  {Untrusted.Line(link.Id ?? link.Type.ToString())}  {Untrusted.Line(link.Href)}");
            if (advisory.Builds.Count > 0) Table.Write(to, ["BUILD", "PACKAGE", "IN TAG"], advisory.Builds.Select(build => (string?[])[$"{build.Id}", build.Nvr, build.InTag ? "yes" : "no"]));
        });
        return ExitCode.Ok;
    }

    static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
