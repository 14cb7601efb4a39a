using System.Data;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Hooks;

/// <summary>Hooks and what came to them, as the API and the pages show them.</summary>
sealed class ShowHooks(Database database, HookFlood flood, TimeProvider time)
{
    /// <param name="person">Whose; null: all.</param>
    /// <param name="server">The address that people know this server by.</param>
    public IReadOnlyList<HookDetails> All(long? person, string server) => database.Read(db => (IReadOnlyList<HookDetails>)[.. Hook.All(db, person).Select(hook => Of(db, hook, server))]);

    public HookDetails? Find(string name, long? person, string server) => database.Read(db => Hook.Find(db, name, person) is { } hook ? Of(db, hook, server) : null);

    HookDetails Of(IDbConnection db, Hook hook, string server) => new(
        hook.Name, hook.Forge, hook.Url, hook.Target, hook.Method, hook.Subdirectory, hook.Branches, hook.Tags, hook.Paths, hook.PullRequests, hook.Scratch, hook.Owner, $"{server}/hooks/{hook.Key}", hook.ForgeTokenId is not null, hook.Api,
        hook.CreatedAt.ToTime(), hook.EarlierUntil > time.Stamp() ? hook.EarlierUntil.ToTime() : null, TakeEvent.Waiting(db, hook.Id, ""), flood.WrongOf(hook.Id),
        db.One<long?>("SELECT at FROM hook_deliveries WHERE hook_id = @Id ORDER BY id DESC LIMIT 1", hook).ToTime(), Why(db, hook), WhyNotTold(db, hook));

    static string? Why(IDbConnection db, Hook hook) =>
        !TagRights.Has(db, hook.OwnerId, Right.Build) ? $"It builds as {hook.Owner}, who may not build any more."
        : Target.Find(db, hook.Target) is not { } target ? $"Target '{hook.Target}' was removed."
        : !hook.Scratch && hook.Branches.Count + hook.Tags.Count > 0 && TagRights.WhyNotBuildInto(db, hook.OwnerId, target.DestinationTagId) is { } no ? no.Sentence
        : null;

    sealed record Told(string State, long? Status, string? Answer);

    /// <summary>What the forge said to the last status that it was sent, where it did not take that.</summary>
    static string? WhyNotTold(IDbConnection db, Hook hook) => db.One<Told>("""
        SELECT d.state AS State, d.last_status AS Status, d.last_answer AS Answer FROM hook_builds h JOIN deliveries d ON d.id = h.delivery_id WHERE h.hook_id = @Id ORDER BY h.build_id DESC LIMIT 1
        """, hook) is { State: "Waiting" or "GivenUp", Answer: { } answer } told ? $"{told.Status} {answer}".Trim() : null;

    sealed record Row
    {
        public long Id { get; init; }
        public long At { get; init; }
        public string? Delivery { get; init; }
        public int Repeats { get; init; }
        public required string Event { get; init; }
        public required string OutcomeText { get; init; }
        public required string Said { get; init; }
        public string? CommitId { get; init; }
        public long? BuildId { get; init; }
    }

    /// <returns>The newest first; null: there is no such hook.</returns>
    public HookDeliveryPage? Deliveries(string name, long? person, long? before, int limit) => database.Read(db =>
    {
        if (Hook.Find(db, name, person) is not { } hook) return null;
        var rows = db.All<Row>("""
            SELECT id AS Id, at AS At, delivery AS Delivery, repeats AS Repeats, event AS Event, outcome AS OutcomeText, said AS Said, commit_id AS CommitId, build_id AS BuildId
            FROM hook_deliveries WHERE hook_id = @Id AND (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit
            """, new { hook.Id, before, limit });
        return new HookDeliveryPage([.. rows.Select(row => new HookDelivery(row.Id, row.At.ToTime(), row.Delivery, row.Repeats, row.Event, Enum.Parse<DeliveryOutcome>(row.OutcomeText), row.Said, row.CommitId, row.BuildId))], rows.Count == limit ? rows[^1].Id : null);
    });
}
