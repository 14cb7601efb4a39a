using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builders;

/// <summary>One builder for people: how it stands, what machine it is, what it runs and ran.</summary>
static class ShowBuilder
{
    public static void Write(TextWriter to, BuilderDetails details, TimeProvider time)
    {
        var (builder, now) = (details.Builder, time.GetUtcNow());
        to.WriteLine(Untrusted.Line($"{builder.Name}: {StateOf(builder)}, of {builder.Owner}"));
        foreach (var sentence in new[] { builder.NoWork, builder.Notice }.OfType<string>()) to.WriteLine(Untrusted.Line(sentence));
        foreach (var (what, value) in Facts(details, now).Where(fact => fact.Value is { Length: > 0 })) to.WriteLine(Untrusted.Line($"  {what,-14} {value}"));
        if (details.Runs.Count == 0) return;
        to.WriteLine();
        Table.Write(to, ["RUN", "BUILD", "PACKAGE", "FOR", "STATE", "BEGAN", "WHY"], details.Runs.Select(run => (string?[])[
            $"{run.RunId}", $"{run.BuildId}", run.Nvr, run.Arch, run.State.ToString().ToLowerInvariant(), run.LeasedAt is { } at ? Amounts.Ago(now - at) : "-", run.Why ?? ""]));
    }

    public static string StateOf(BuilderSummary builder) => builder.State.ToString().ToLowerInvariant() + (builder.Reason is { } reason ? $" ({reason})" : "");

    static IEnumerable<(string What, string? Value)> Facts(BuilderDetails details, DateTimeOffset now) =>
    [
        ("last seen", details.Builder.LastSeenAt is { } seen ? Amounts.Ago(now - seen) : "never"),
        ("running", $"{details.Builder.Running} of {details.Builder.Slots}"),
        ("architectures", string.Join(' ', details.Builder.Arches)),
        ("by emulation", string.Join(' ', details.Report?.ForeignArches ?? [])),
        ("engines", string.Join(' ', details.Engines)),
        ("isolation", details.Builder.Isolation),
        ("channels", string.Join(' ', details.Builder.Channels ?? [])),
        ("weight", $"{details.Builder.Weight}"),
        ("version", details.Builder.Version),
        ("system", details.Report?.Distribution),
        ("kernel", details.Report?.Kernel),
        ("mock", details.Report?.Mock),
        ("processors", details.Report is { } report ? $"{report.Cores}" : null),
        ("memory", details.Report is { } machine ? Amounts.Bytes(machine.MemoryBytes) : null),
        ("disk free", details.Report is { } disk ? Amounts.Bytes(disk.FreeDiskBytes) : null),
        ("clock", details.ClockSkewSeconds is { } skew and (>= 1 or <= -1) ? $"{Amounts.Seconds(Math.Abs(skew))} {(skew > 0 ? "ahead" : "behind")}" : null),
    ];
}
