using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>`skyline compare`: how two builds' packages differ, down to header tag and file, and in diffoscope's words where that is installed.</summary>
static class CompareCommand
{
    public static Command Make(GlobalOptions global)
    {
        var builds = new Argument<long[]>("BUILD") { Description = "Numbers of two builds, the earlier first", Arity = new(2, 2), CustomParser = Numbers.Several("a build") };
        var no = new Option<bool>("--no-diffoscope") { Description = "Leave diffoscope away, though it is installed" };
        var command = new Command("compare", "Explain how two builds' packages differ") { builds, no };
        global.Does(command, (parsed, session, ct) => Compare(session, parsed.GetRequiredValue(builds), !parsed.GetValue(no), ct));
        return command;
    }

    static async Task<ExitCode> Compare(Session session, long[] builds, bool diffoscope, CancellationToken ct)
    {
        var found = await session.Client.Compare(builds[0], builds[1], ct);
        session.Screen.Result(found, SkylineJson.Default.BuildComparison, to => Tell(to, found));
        if (!found.Identical && diffoscope && !session.Screen.Json && Diffoscope.Find(session.World) is { } program)
            foreach (var pair in found.Differ) await new Diffoscope(program, session).Tell(found, pair, ct);
        return found.Identical ? ExitCode.Ok : ExitCode.BuildFailed;
    }

    static void Tell(TextWriter to, BuildComparison found)
    {
        if (found.Identical)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Identical: all {found.Same} binary packages have the same content."));
            return;
        }
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Same} binary packages are the same, {found.Differ.Count} differ."));
        foreach (var only in found.OnlyBefore) to.WriteLine($"Only in build {found.Before}: {Untrusted.Line(only)}");
        foreach (var only in found.OnlyAfter) to.WriteLine($"Only in build {found.After}: {Untrusted.Line(only)}");
        foreach (var pair in found.Differ) Tell(to, pair);
    }

    static void Tell(TextWriter to, PackageComparison pair)
    {
        to.WriteLine();
        to.WriteLine(Untrusted.Line($"{pair.Before.FileName} → {pair.After.FileName}"));
        if (pair.Differences is not { } differences)
        {
            to.WriteLine("  " + Untrusted.Line(pair.Why));
            return;
        }
        if (differences.OnlyCompression) to.WriteLine("  Only the payload's compression differs.");
        else if (differences.SamePayload == true) to.WriteLine("  The uncompressed payloads are the same.");
        foreach (var tag in differences.Tags) to.WriteLine(Untrusted.Line($"  tag {tag.Name} ({tag.Tag}): {tag.Before ?? "(none)"} → {tag.After ?? "(none)"}"));
        foreach (var file in differences.Files) to.WriteLine(Untrusted.Line($"  file {file.Path}: {file.What}"));
        if (differences.MoreTags + differences.MoreFiles > 0) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  and {differences.MoreTags} tags and {differences.MoreFiles} files more"));
    }
}
