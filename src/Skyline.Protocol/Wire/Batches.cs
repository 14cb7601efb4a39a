using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Why builds belong together.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BatchKind>))]
public enum BatchKind { Chain, MassRebuild, ScheduledRun }

/// <summary>Planned: nothing of it is built until it is started. Failed: it is over, and not all of it was built; it can be resumed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BatchState>))]
public enum BatchState { Planned, Running, Complete, Failed, Cancelled }

/// <summary>Blocked: it was not built, because something that it needs was not.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemberState>))]
public enum MemberState { Waiting, Building, Done, Failed, Blocked, Cancelled }

public sealed record BatchCounts(int Waiting, int Building, int Done, int Failed, int Blocked, int Cancelled)
{
    [JsonIgnore]
    public int All => Waiting + Building + Done + Failed + Blocked + Cancelled;
}

/// <summary>Builds that belong together: a chain, a mass rebuild, a run by the clock.</summary>
/// <param name="Target">Where its builds go.</param>
/// <param name="SideTag">The tag that was made for it.</param>
/// <param name="Why">A sentence: how it ended.</param>
public sealed record BatchSummary(
    long Id, BatchKind Kind, string Title, string Target, string? SideTag, bool Scratch, BatchState State, string? Why, string Owner,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, BatchCounts Counts);

/// <param name="Revision">Grows with every change: `GET /api/batches/{id}?since=REVISION&amp;wait=SECONDS` answers when it has grown.</param>
/// <param name="Waves">The links of a chain, the waves of a mass rebuild, in order.</param>
public sealed record BatchDetails(
    long Id, long Revision, BatchKind Kind, string Title, string Target, string? SideTag, bool Scratch, BatchState State, string? Why, string Owner,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, BatchCounts Counts, IReadOnlyList<BatchWave> Waves, int Priority);

public sealed record BatchWave(int Wave, BatchCounts Counts);

/// <summary>One source package of a batch.</summary>
/// <param name="Why">A sentence: what it waits for, or why it ended as it did.</param>
/// <param name="Build">Its newest build.</param>
/// <param name="Tries">How many builds it has had.</param>
/// <param name="Needs">Packages of the batch that are built before it.</param>
public sealed record BatchMember(long Id, string Package, string Nvr, int Wave, MemberState State, string? Why, long? Build, int Tries, IReadOnlyList<string> Needs);

public sealed record BatchPage(IReadOnlyList<BatchSummary> Batches, long? NextBefore);

public sealed record BatchMemberPage(IReadOnlyList<BatchMember> Members, long? NextAfter);
