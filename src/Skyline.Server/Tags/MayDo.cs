using System.Data;
using System.Security.Claims;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Which forms a page of a tag has for who looks at it. Whether they may is asked again when they send one.</summary>
/// <param name="Change">What is in it, and what it is.</param>
/// <param name="Keep">How much of its past it keeps, and what its buildroots see.</param>
/// <param name="Promote">Into it.</param>
/// <param name="Administer">Who sees it and who may what in it.</param>
/// <param name="Release">Tags that are nobody's own, targets.</param>
/// <param name="Insist">Though it is locked.</param>
sealed record MayDo(bool Change, bool Keep, bool Promote, bool Administer, bool Release, bool Insist)
{
    public static readonly MayDo Nothing = new(false, false, false, false, false, false);

    public static MayDo In(Database database, ClaimsPrincipal? caller, long tag) => database.Read(db => In(db, caller, tag));

    public static MayDo In(IDbConnection db, ClaimsPrincipal? caller, long tag)
    {
        if (caller?.Identity is not CallerIdentity { PersonId: { } person } known) return Nothing;
        var (changes, far) = (TagRights.May(db, Access.Tag, person, tag), known.AsFarAs);
        return new(changes && far.HasFlag(Right.Tag), changes && far.HasFlag(Right.Release), TagRights.May(db, Access.Promote, person, tag) && far.HasFlag(Right.Promote),
            TagRights.May(db, Access.Administer, person, tag) && far.HasFlag(Right.Tag), known.May.HasFlag(Right.Release), known.May.HasFlag(Right.Administer));
    }
}
