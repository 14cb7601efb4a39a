using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Why builds belong together.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BatchKind>))]
public enum BatchKind
{
    /// <summary>Source packages that are built link by link.</summary>
    Chain,
    /// <summary>Packages of a tag that are built again, in a side tag.</summary>
    MassRebuild,
    /// <summary>Packages of a tag that a schedule had built, as scratch builds.</summary>
    ScheduledRun,
}

/// <summary>How far a batch is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BatchState>))]
public enum BatchState
{
    /// <summary>Nothing of it is built until it is started.</summary>
    Planned,
    /// <summary>Members are built, or wait to be.</summary>
    Running,
    /// <summary>It is over, and all of it was built.</summary>
    Complete,
    /// <summary>It is over, and not all of it was built; it can be resumed.</summary>
    Failed,
    /// <summary>Somebody ended it; what was built stays.</summary>
    Cancelled,
}

/// <summary>How far one source package of a batch is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemberState>))]
public enum MemberState
{
    /// <summary>What it needs is not there yet, or its turn has not come.</summary>
    Waiting,
    /// <summary>Its build is on its way.</summary>
    Building,
    /// <summary>It was built and is where the others find it.</summary>
    Done,
    /// <summary>It could not be built.</summary>
    Failed,
    /// <summary>It was not built, because something that it needs was not.</summary>
    Blocked,
    /// <summary>It was ended before it was built.</summary>
    Cancelled,
}

/// <summary>How many members of a batch, or of one of its waves, are in which state.</summary>
/// <param name="Waiting">Those that are yet to be built.</param>
/// <param name="Building">Those whose build is on its way.</param>
/// <param name="Done">Those that were built.</param>
/// <param name="Failed">Those that could not be built.</param>
/// <param name="Blocked">Those that were not built because something that they need was not.</param>
/// <param name="Cancelled">Those that were ended.</param>
public sealed record BatchCounts(int Waiting, int Building, int Done, int Failed, int Blocked, int Cancelled)
{
    /// <summary>How many members there are.</summary>
    [JsonIgnore]
    public int All => Waiting + Building + Done + Failed + Blocked + Cancelled;
}

/// <summary>Builds that belong together: a chain, a mass rebuild, a run by the clock.</summary>
/// <param name="Id">Its number: `GET /api/batches/{id}`.</param>
/// <param name="Kind">Why its builds belong together.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Target">The target that its builds are for.</param>
/// <param name="SideTag">The tag that was made for it; null: its builds go straight to the target's destination, or nowhere.</param>
/// <param name="Scratch">Nothing of it reaches the destination of its target.</param>
/// <param name="State">How far it is.</param>
/// <param name="Why">A sentence: how it ended; null: it is not over, or there is nothing to say.</param>
/// <param name="Owner">Who began it.</param>
/// <param name="CreatedAt">When it was begun, in UTC.</param>
/// <param name="EndedAt">When it was over, in UTC; null: it is not.</param>
/// <param name="Counts">How its members stand.</param>
public sealed record BatchSummary(
    long Id, BatchKind Kind, string Title, string Target, string? SideTag, bool Scratch, BatchState State, string? Why, string Owner,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, BatchCounts Counts);

/// <summary>A batch as it stands.</summary>
/// <param name="Id">Its number: `GET /api/batches/{id}`.</param>
/// <param name="Revision">Grows with every change: `GET /api/batches/{id}?since=REVISION&amp;wait=SECONDS` answers when it has grown.</param>
/// <param name="Kind">Why its builds belong together.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Target">The target that its builds are for.</param>
/// <param name="SideTag">The tag that was made for it; null: its builds go straight to the target's destination, or nowhere.</param>
/// <param name="Scratch">Nothing of it reaches the destination of its target.</param>
/// <param name="State">How far it is.</param>
/// <param name="Why">A sentence: how it ended; null: it is not over, or there is nothing to say.</param>
/// <param name="Owner">Who began it.</param>
/// <param name="CreatedAt">When it was begun, in UTC.</param>
/// <param name="EndedAt">When it was over, in UTC; null: it is not.</param>
/// <param name="Counts">How its members stand, all waves together.</param>
/// <param name="Waves">The links of a chain, the waves of a mass rebuild, in order.</param>
/// <param name="Priority">Of its builds; Koji's numbers: the lower goes first; 20 is usual, 25 background.</param>
public sealed record BatchDetails(
    long Id, long Revision, BatchKind Kind, string Title, string Target, string? SideTag, bool Scratch, BatchState State, string? Why, string Owner,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, BatchCounts Counts, IReadOnlyList<BatchWave> Waves, int Priority);

/// <summary>A link of a chain, or a wave of a mass rebuild.</summary>
/// <param name="Wave">Its number, from 1.</param>
/// <param name="Counts">How its members stand.</param>
public sealed record BatchWave(int Wave, BatchCounts Counts);

/// <summary>One source package of a batch.</summary>
/// <param name="Id">The member's number, over all batches.</param>
/// <param name="Package">Name of its source package.</param>
/// <param name="Nvr">That of its newest build; while it has none, of its source package.</param>
/// <param name="Wave">The wave that it is in, from 1.</param>
/// <param name="State">How far it is.</param>
/// <param name="Why">A sentence: what it waits for, or why it ended as it did; null: there is nothing to say.</param>
/// <param name="Build">Number of its newest build; null: it has none yet.</param>
/// <param name="Tries">How many builds it has had.</param>
/// <param name="Needs">Packages of the batch that are built before it.</param>
public sealed record BatchMember(long Id, string Package, string Nvr, int Wave, MemberState State, string? Why, long? Build, int Tries, IReadOnlyList<string> Needs);

/// <summary>Batches, a page at a time.</summary>
/// <param name="Batches">The newest first.</param>
/// <param name="NextBefore">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record BatchPage(IReadOnlyList<BatchSummary> Batches, long? NextBefore);

/// <summary>A batch's members, a page at a time.</summary>
/// <param name="Members">In the order in which they were planned.</param>
/// <param name="NextAfter">Where the next page begins: ask for `after=` this; null: that was all.</param>
public sealed record BatchMemberPage(IReadOnlyList<BatchMember> Members, long? NextAfter);
