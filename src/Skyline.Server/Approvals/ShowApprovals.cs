using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <summary>What waits for a second person, as it is shown.</summary>
sealed class ShowApprovals(Database database, TimeProvider time)
{
    public const int MostAtOnce = 200;

    public ApprovalPage Page(bool waiting, long? before, int limit) => database.Read(db =>
    {
        var rows = ApprovalRow.Page(db, waiting, before, limit + 1, time.Stamp());
        return new ApprovalPage([.. rows.Take(limit).Select(row => Summary(db, row))], rows.Count > limit ? rows[limit - 1].Id : null);
    });

    public ApprovalSummary Summary(IDbConnection db, ApprovalRow row) => new(row.Id, row.StateAt(time.Stamp()), row.Act, row.TagNames(db), row.Maker, row.MadeAt.ToTime(), row.ExpiresAt.ToTime(), row.Digest, row.Revision,
        row.Decider, row.DecidedAt.ToTime(), row.Reason, row.WaivedAt is not null);

    public ApprovalRow? Find(long id) => database.Read(db => ApprovalRow.Find(db, id));

    /// <param name="caller">Null: nobody who could agree.</param>
    public ApprovalDetails? Details(long id, CallerIdentity? caller) => database.Read(db => ApprovalRow.Find(db, id) is not { } row ? null
        : new ApprovalDetails(Summary(db, row), Changes(row), CompareContent.Count(db, row), row.WhyOver(time.Stamp())?.Sentence
            ?? (caller?.PersonId is not null ? WhoMayAgree.WhyNot(db, row, caller, time.Stamp())?.Sentence : "Sign in to agree."), row.Method is null ? null : $"{row.Method} {row.Path}{row.Query}"));

    static IReadOnlyList<ApprovalChange> Changes(ApprovalRow row) => [.. JsonNode.Parse(row.Changes)!["changes"]!.AsArray().Select(change =>
        new ApprovalChange(change!["thing"]!.GetValue<string>(), change["act"]!.GetValue<string>(), Element(change["before"]), Element(change["after"])))];

    static JsonElement? Element(JsonNode? node)
    {
        if (node is null) return null;
        using var document = JsonDocument.Parse(Entry.Text(node));
        return document.RootElement.Clone();
    }
}
