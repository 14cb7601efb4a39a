using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Schedules;

/// <summary>`skyline failing`: which packages of a tag do not build any more; `skyline history`: how one of them went.</summary>
static class FailingCommand
{
    public static Command Make(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var command = new Command("failing", "List the packages of a tag that do not build any more, by cause") { tag };
        global.Does(command, async (parsed, session, ct) =>
        {
            var failing = await session.Client.Failing(parsed.GetRequiredValue(tag), ct);
            session.Screen.Result(failing, SkylineJson.Default.FailingPackages, to =>
            {
                to.WriteLine($"{failing.Failing} of {failing.Known} packages of {Untrusted.Line(failing.Tag)} do not build.");
                foreach (var cause in failing.Causes)
                {
                    to.WriteLine($"{cause.Packages.Count}: {Untrusted.Line(cause.Cause)}");
                    Table.Write(to, ["  PACKAGE", "SINCE", "FIRST BAD", "LAST GOOD", "GUILTY"], cause.Packages.Select(package => (string?[])[
                        $"  {package.Package}", Day(package.Since), $"{package.FirstBad}", package.LastGood is { } good ? $"{good}" : "never", package.Bisection is { } bisection ? Guilty(bisection) : "-"]));
                }
            });
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command MakeHistory(GlobalOptions global)
    {
        var package = new Argument<string>("PACKAGE") { Description = "Name of the source package" };
        var tag = new Option<string>("--tag") { Description = "In which tag", HelpName = "TAG", Required = true };
        var limit = new Option<int>("--limit") { Description = "How many builds at most", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("history", "Show how the real and scheduled builds of a package in a tag went") { package, tag, limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var history = await session.Client.PackageHistory(parsed.GetRequiredValue(tag), parsed.GetRequiredValue(package), ct, limit: parsed.GetValue(limit));
            session.Screen.Result(history, SkylineJson.Default.PackageHistory, to => Write(to, history));
            return ExitCode.Ok;
        });
        return command;
    }

    static void Write(TextWriter to, PackageHistory history)
    {
        var (package, since) = (Untrusted.Line(history.Package), history.Since is { } at ? $" since {Day(at)}" : "");
        to.WriteLine(history.Result switch
        {
            PackageResult.Good => $"{package} builds{since}.",
            PackageResult.Bad => $"{package} does not build{since}: build {history.FirstBad} was the first to fail{(history.LastGood is { } good ? $", after build {good}" : "")}.",
            _ => $"Whether {package} builds is not known.",
        });
        if (history.Bisection is { } bisection) to.WriteLine($"What made it fail (bisection {bisection.Id}): {Untrusted.Line(Guilty(bisection))}");
        if (history.Outcomes.Count > 0)
            Table.Write(to, ["BUILD", "VERSION", "OUTCOME", "WHEN", "OF", "WHY"], history.Outcomes.Select(outcome => (string?[])[
                $"{outcome.Build}", outcome.Nvr, outcome.Result.ToString().ToLowerInvariant(), Day(outcome.At), outcome.Batch is { } batch ? $"batch {batch}" : "real", outcome.Why ?? ""]));
    }

    internal static string Guilty(BisectionSummary bisection) => bisection.Guilty.Count > 0 ? string.Join("; ", bisection.Guilty) : bisection.State.ToString().ToLowerInvariant();

    internal static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
