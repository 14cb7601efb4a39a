using System.Data;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>Why a builder gets no work, in a sentence with its cure.</summary>
static class WhyNoWork
{
    sealed record Row(string Name, string Said);

    /// <summary>What builders themselves said last of why they take none, by name.</summary>
    public static IReadOnlyDictionary<string, string> Said(IDbConnection db) =>
        db.All<Row>("SELECT name AS Name, no_work AS Said FROM builders WHERE no_work IS NOT NULL AND removed_at IS NULL").ToDictionary(row => row.Name, row => row.Said);

    public static FormattableString? Of(IDbConnection db, BuilderSummary builder, DateTimeOffset now) => Of(builder, Said(db).GetValueOrDefault(builder.Name), now);

    /// <summary>Purely.</summary>
    /// <param name="said">What it said itself.</param>
    /// <returns>Null: it gets what it can do.</returns>
    public static FormattableString? Of(BuilderSummary builder, string? said, DateTimeOffset now) => builder switch
    {
        { State: BuilderState.Draining or BuilderState.Drained } => $"It is being drained{Because(builder)}; `skyline builder enable {builder.Name}` gives it work again.",
        { State: BuilderState.Disabled } => $"It is disabled{Because(builder)}; `skyline builder enable {builder.Name}` gives it work again.",
        { LastSeenAt: null } => $"It has never asked for work; start its agent, skyline-builder.",
        _ when said is not null => $"It takes no work: {said}.",
        _ when now - builder.LastSeenAt > WhyWaiting.Away => $"It has not been heard of for more than {WhyWaiting.Away.TotalMinutes:0} minutes. Is its agent running, and does it reach this server?",
        _ when builder.Channels is not { Count: > 0 } => $"It is in no channel; `skyline builder channel add {builder.Name} {Channel.Default}` puts it into the usual one.",
        _ => null,
    };

    static FormattableString Because(BuilderSummary builder) => builder.Reason switch { null => $"", var reason => $" ({reason})" };
}
