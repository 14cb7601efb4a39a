using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>What has happened to a tag, and to those it inherits from, since its newest snapshot.</summary>
/// <param name="From">The last event that the snapshot knows of.</param>
/// <param name="To">The last that the next one is to know of.</param>
/// <param name="Packages">Those that events named; null: any may have changed.</param>
sealed record TagChange(Tag Tag, long From, long To, IReadOnlyCollection<string>? Packages)
{
    /// <summary>Past so many, looking at all of them is quicker.</summary>
    const int Many = 500;

    sealed record State(long PublishedEvent, long ChangedEvent);
    sealed record Event(string Kind, string? Package);

    public static bool IsBehind(IDbConnection db, long tag) => db.One<bool>("SELECT changed_event > published_event FROM tags WHERE id = @tag", new { tag });

    public static TagChange Of(IDbConnection db, long tag)
    {
        var state = db.One<State>("SELECT published_event AS PublishedEvent, changed_event AS ChangedEvent FROM tags WHERE id = @tag", new { tag })!;
        var events = db.All<Event>("SELECT DISTINCT kind AS Kind, package AS Package FROM tag_events WHERE tag_id IN @order AND id > @PublishedEvent AND id <= @ChangedEvent",
            new { order = Inheritance.Order(db, tag), state.PublishedEvent, state.ChangedEvent });
        var all = state.PublishedEvent == 0 || events.Count > Many || events.Any(one => one.Package is null && !TagEvent.LeavesPackages(one.Kind));
        return new(Tag.Of(db, tag), state.PublishedEvent, state.ChangedEvent, all ? null : [.. events.Select(one => one.Package).OfType<string>().Distinct()]);
    }
}
