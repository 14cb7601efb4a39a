using System.Collections.Frozen;

namespace Skyline.Server.People;

/// <summary>What somebody may be let do. Every endpoint says which of these it needs (<see cref="Needed.Needs"/>).</summary>
[Flags]
public enum Right
{
    None = 0,
    /// <summary>Come to the door: sign in, see style sheets, ask for health.</summary>
    Enter = 1,
    /// <summary>See builds, logs, tags; fetch packages and metadata.</summary>
    Read = 2,
    /// <summary>Be told whose token this is.</summary>
    Known = 4,
    /// <summary>Read one's own notices.</summary>
    Self = 8,
    /// <summary>Make and revoke one's own tokens; password and sessions.</summary>
    Account = 16,
    /// <summary>Submit, chain, rebuild, bisect; cancel and resume what is one's own.</summary>
    Build = 32,
    /// <summary>Make side tags and tags of one's own, and change those.</summary>
    Tag = 64,
    /// <summary>Put builds of one tag into another; make a draft real.</summary>
    Promote = 128,
    /// <summary>Tags that are nobody's own; targets, externals, advisories, groups, modules, schedules, imports, how much a tag keeps, who goes first.</summary>
    Release = 256,
    /// <summary>People, builders, channels, keys, garbage; what is others' own; insisting.</summary>
    Administer = 512,
    /// <summary>Lease runs and report them: builders alone.</summary>
    Work = 1024,
    /// <summary>Set up one's own second factor and passkeys: all that is left to who owes one.</summary>
    Secure = 2048,
}

enum Role { Viewer, Packager, ReleaseEngineer, Admin }

/// <summary>The one table of who may do what.</summary>
static class Rights
{
    const Right Looking = Right.Enter | Right.Read;
    const Right Viewing = Looking | Right.Known | Right.Self | Right.Account | Right.Secure;
    const Right Packaging = Viewing | Right.Build | Right.Tag | Right.Promote;
    const Right Releasing = Packaging | Right.Release;

    public const Right OfBuilders = Looking | Right.Known | Right.Work;

    /// <summary>Of who signed in with one factor in a role that asks for two, until they have set up the second.</summary>
    public const Right OfHalf = Right.Enter | Right.Secure;

    public static Right OfAnonymous(SkylineSettings settings) => settings.AnonymousMayRead ? Looking : Right.Enter;

    /// <summary>By the word that the wire and the database have for a role, the one with the fewest rights first.</summary>
    public static readonly IReadOnlyList<(string Word, Role Role, Right May, string Who)> Roles =
    [
        ("viewer", Role.Viewer, Viewing, "a viewer"),
        ("packager", Role.Packager, Packaging, "a packager"),
        ("release-engineer", Role.ReleaseEngineer, Releasing, "a release engineer"),
        ("admin", Role.Admin, Releasing | Right.Administer, "an administrator"),
    ];

    /// <summary>What a token can be for: a word, and what it then may, as far as its person's role may. All may read.</summary>
    public static readonly IReadOnlyList<(string Word, Right May)> Scopes =
    [
        ("read", Looking | Right.Known | Right.Self),
        ("build", Right.Build),
        ("tag", Right.Tag),
        ("promote", Right.Promote),
        ("release", Right.Release),
        ("account", Right.Account | Right.Secure),
        ("admin", Right.Administer),
    ];

    static readonly FrozenDictionary<string, (string Word, Role Role, Right May, string Who)> byWord = Roles.ToFrozenDictionary(role => role.Word);

    public static bool IsRole(string? word) => word is not null && byWord.ContainsKey(word);

    public static Right OfRole(string word) => byWord[word].May;

    public static string Who(string role) => byWord[role].Who;

    public static string RoleWords => string.Join(", ", Roles.Select(role => role.Word));

    public static string ScopeWords => string.Join(", ", Scopes.Select(scope => scope.Word));

    /// <param name="scopes">As they are kept; null: all.</param>
    public static Right OfScopes(string? scopes) => scopes is null ? (Right)~0
        : Scopes.Where(scope => Words(scopes).Contains(scope.Word)).Aggregate(Scopes[0].May, (all, scope) => all | scope.May);

    public static string[] Words(string scopes) => scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
