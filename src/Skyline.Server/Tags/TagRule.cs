using Skyline.Server.People;

namespace Skyline.Server.Tags;

/// <summary>What somebody may be let do in one tag.</summary>
enum Access { Read, Build, Tag, Promote, Administer }

/// <summary>How somebody stands to a tag.</summary>
/// <param name="May">By their role, whatever the tag; none: they are let in no more.</param>
/// <param name="Owner">Whose own tag it is; null: nobody's.</param>
/// <param name="Closed">Whatever their role, who is not named may not build, tag or promote into it.</param>
/// <param name="Granted">To them in this tag, themselves or through a team.</param>
sealed record Standing(string Tag, string? Person, Right May, string? Owner, bool Owns, bool Closed, IReadOnlySet<Access> Granted);

/// <summary>
/// Who may do what in a tag, purely. Administrators and a tag's owner may do all of it. A grant gives one thing, in this tag and in none that
/// inherits from it. A role gives what it gives in tags that are nobody's own and not closed. How far a token goes was asked at the door.
/// </summary>
static class TagRule
{
    sealed record Row(Access What, Right ByRole, Access[] ByGrant, string Words);

    static readonly Row[] table =
    [
        new(Access.Build, Right.Build, [Access.Build, Access.Administer], "build into it"),
        new(Access.Promote, Right.Release, [Access.Promote, Access.Tag, Access.Administer], "promote into it"),
        new(Access.Tag, Right.Release, [Access.Tag, Access.Administer], "change it"),
        new(Access.Administer, Right.Administer, [Access.Administer], "administer it"),
        new(Access.Read, Right.Read, [Access.Read, Access.Build, Access.Tag, Access.Promote, Access.Administer], "read it"),
    ];

    public static bool May(Access what, Standing who)
    {
        var row = Of(what);
        return who.May.HasFlag(Right.Administer)
            || who.May != Right.None && (who.Owns || row.ByGrant.Any(who.Granted.Contains) || who is { Owner: null, Closed: false } && who.May.HasFlag(row.ByRole));
    }

    public static string Words(Access what) => Of(what).Words;

    /// <summary>The word that the wire and the database have for it.</summary>
    public static string Word(Access what) => what.ToString().ToLowerInvariant();

    public static Access? Read(string? word) => table.Select(row => row.What).Where(what => Word(what) == word).Select(what => (Access?)what).FirstOrDefault();

    public static string AllWords => string.Join(", ", ((Access[])[Access.Read, Access.Build, Access.Tag, Access.Promote, Access.Administer]).Select(Word));

    static Row Of(Access what) => Array.Find(table, row => row.What == what)!;
}
