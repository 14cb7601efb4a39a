using System.Data;
using Skyline.Server.Signing;

namespace Skyline.Server.Repos;

/// <summary>
/// What a tag's next snapshot is made from, as of one moment: it holds what its last event says, no less and no more, so a roll back
/// to it brings back what it held.
/// </summary>
/// <param name="Before">The snapshot before it; null: there is none.</param>
/// <param name="Now">What that one holds, of the packages that the change may concern.</param>
/// <param name="Wanted">What the next one is to hold, of the same packages.</param>
/// <param name="Extras">By repository.</param>
sealed record NextContent(
    TagChange Change, TagState? Before, IReadOnlyList<HeldRpm> Now, IReadOnlyList<HeldRpm> Wanted, IReadOnlyDictionary<string, IReadOnlyList<ExtraMetadata>> Extras)
{
    public IReadOnlyList<long> Unsigned { get; } = [.. Wanted.Where(rpm => rpm.SignedId is null).Select(rpm => rpm.RpmId).Distinct()];

    /// <param name="known">Its newest snapshot, if that is at hand.</param>
    /// <returns>Null if the tag is to be signed with another key by now.</returns>
    public static NextContent? Of(IDbConnection db, long tag, long key, TagState? known, KeptExtras extras)
    {
        if (KeyRow.OfTag(db, tag)?.Id != key) return null;
        var change = TagChange.Of(db, tag);
        var before = known ?? ReadState.Of(db, tag);
        var packages = before is null || before.KeyId != key ? null : change.Packages;
        return new(change, before, before is null ? [] : HeldRpm.Now(db, tag, packages), HeldRpm.Wanted(db, change.Tag, key, packages), extras.Of(db, change.Tag));
    }
}
