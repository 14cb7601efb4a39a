using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Approvals;

/// <summary>What a second person reads, the difference first.</summary>
static class ShowApproval
{
    public static void Write(TextWriter to, ApprovalDetails details, ApprovalDifference difference)
    {
        Line(to, $"Approval {details.Approval.Id}: {Sentence(details.Approval)}");
        foreach (var package in difference.Packages) Write(to, package);
        if (difference.Next is { } next) Line(to, $"There are {difference.All} packages in all: skyline approval show {details.Approval.Id} --from {next}");
        Line(to, "");
        Line(to, $"What is done{(details.Request is null ? "" : $" ({details.Request})")}:");
        foreach (var change in details.Changes) Line(to, $"  {change.Thing}: {change.Act}{(change.Before is { } before ? $"; before {before}" : "")}{(change.After is { } after ? $"; after {after}" : "")}");
        Line(to, "");
        Line(to, $"Digest: {details.Approval.Digest}");
        Line(to, details.Why ?? $"To agree: skyline approval approve {details.Approval.Id} --digest {details.Approval.Digest}");
    }

    public static string Sentence(ApprovalSummary one) => one.State switch
    {
        ApprovalState.Waiting => string.Create(CultureInfo.InvariantCulture, $"{one.Act}; waits for a second person until {one.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC."),
        ApprovalState.Done => $"{one.Act}; {one.DecidedBy} agreed, and it is done.",
        ApprovalState.Refused => $"{one.Act}; {one.DecidedBy} refused: {one.Reason}",
        ApprovalState.Withdrawn => $"{one.Act}; {one.MadeBy} withdrew it.",
        ApprovalState.Stale => $"{one.Act}; it is stale, and nothing was changed: {one.Reason}",
        _ => $"{one.Act}; nobody agreed in time.",
    };

    static void Write(TextWriter to, ChangedPackage package)
    {
        Line(to, "");
        Line(to, $"{package.Package} in {package.Tag}: {package.Before ?? "nothing"} → {package.After ?? "nothing"}");
        if (package.Why is { } why) Line(to, "  " + why);
        if (package.Spec is { } spec) Lines(to, "  spec:", spec);
        foreach (var source in package.Sources) Line(to, $"  source {source.File}: {source.Before ?? "none"} → {source.After ?? "none"}");
        foreach (var rpm in package.Rpms) Write(to, rpm);
    }

    static void Write(TextWriter to, ChangedRpm rpm)
    {
        Line(to, $"  {rpm.FileName}: {rpm.What}");
        if (rpm.Why is { } why) Line(to, "    " + why);
        foreach (var script in rpm.Scriptlets) Lines(to, $"    {script.Name}:", [.. Each('-', script.Before), .. Each('+', script.After)]);
        foreach (var dependency in rpm.Dependencies) Line(to, "    " + dependency);
        foreach (var file in rpm.Files) Line(to, $"    {file.Path}: {file.What}");
        if (rpm.MoreFiles > 0) Line(to, $"    and {rpm.MoreFiles} files more");
    }

    static IEnumerable<string> Each(char sign, string? text) => text?.TrimEnd('\n').Split('\n').Select(line => sign + line) ?? [];

    static void Lines(TextWriter to, string title, IEnumerable<string> lines)
    {
        Line(to, title);
        foreach (var line in lines) Line(to, "      " + line);
    }

    static void Line(TextWriter to, string text) => to.WriteLine(Untrusted.Line(text));
}
