using System.CommandLine;
using Skyline.Cli.Repos;
using Skyline.Cli.Terminal;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Cli.Imports;

/// <summary>`skyline import`: packages that were built elsewhere go up, and then into a tag all at once: who installs from it sees none of them or all.</summary>
static class ImportCommand
{
    /// <summary>How many builds the server is asked about at once.</summary>
    const int Together = 100;

    public static Command Make(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var files = new Argument<string[]>("RPM") { Description = "Packages: files, binary or source", Arity = ArgumentArity.OneOrMore };
        var wait = new Option<bool>("--wait") { Description = "Wait until the tag's repository holds them" };
        var command = new Command("import", "Put packages that were built elsewhere into a tag") { tag, files, wait };
        global.Does(command, (parsed, session, ct) => Import(session, parsed.GetRequiredValue(tag), parsed.GetRequiredValue(files), parsed.GetValue(wait), ct));
        return command;
    }

    static async Task<ExitCode> Import(Session session, string tag, string[] given, bool wait, CancellationToken ct)
    {
        // All are looked at, and so is the tag, before the first is sent.
        var files = given.Distinct().Select(RpmFile.Find).ToList();
        await session.Client.Snapshots(tag, ct, limit: 1);
        session.ComeBack = () => "Nothing was tagged. What has been uploaded is not uploaded again: repeat the command.";
        var imported = await UploadPackages.All(session, files, ct);
        var builds = InOrder(imported);
        var tagged = await session.Client.TagBuilds(tag, new TagBuilds([.. builds.Select(build => $"{build.Build}")], SkipPresent: true), preview: false, ct);
        session.ComeBack = () => null;
        session.Screen.Say($"{Untrusted.Line(tag)} has {Number(imported.Count, "package")} of {Number(builds.Count, "build")}; new there: {Number(tagged.Done.Count, "build")}.");
        if (wait) await Wait(session, tag, builds, ct);
        if (session.Screen.Json) session.Screen.Document(new ImportDocument(imported, tagged), CliJson.Default.ImportDocument);
        return ExitCode.Ok;
    }

    static string Number(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>Of several versions of a package the highest comes last, and so becomes the latest.</summary>
    static List<ImportedRpm> InOrder(IEnumerable<ImportedRpm> imported) =>
        [.. imported.DistinctBy(rpm => rpm.Build).OrderBy(rpm => Known(rpm).Name, StringComparer.Ordinal).ThenBy(rpm => Known(rpm).Evr)];

    static Nevra Known(ImportedRpm rpm) => Nevra.TryParse(rpm.Nvr + ".src", out var nevra) ? nevra : new(rpm.Nvr, 0, "", "", "");

    static async Task Wait(Session session, string tag, IReadOnlyList<ImportedRpm> builds, CancellationToken ct)
    {
        foreach (var some in builds.GroupBy(build => Known(build).Name).Select(package => package.Last().Nvr).Chunk(Together))
            await WaitForRepo.ToHold(session, tag, some, atMost: null, ct);
        session.Screen.Say($"The repository of {Untrusted.Line(tag)} holds them.");
    }
}
