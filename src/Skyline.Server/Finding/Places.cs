using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.People;

namespace Skyline.Server.Finding;

/// <summary>A page that is found by its name from everywhere.</summary>
/// <param name="Title">In English: a sentence of <see cref="Shell.Words"/>.</param>
/// <param name="Needs">Who may not is not led there.</param>
/// <param name="Key">That leads there after g; null: none does.</param>
/// <param name="Also">Other words that people look for it by.</param>
sealed record Place(string Title, string Address, Right Needs, char? Key = null, string Also = "", FoundKind Kind = FoundKind.Page);

/// <summary>Every page that stands by itself: what the palette and the keys lead to.</summary>
static class Places
{
    public static readonly IReadOnlyList<Place> All =
    [
        new("Home", "/", Right.Read, 'h', "overview dashboard start"),
        new("Builds", "/builds", Right.Read, 'b', "queue running failed"),
        new("New build", "/new", Right.Build, 'n', "submit upload source package srpm", FoundKind.Act),
        new("Build from Git", "/build-from-git", Right.Build, Also: "submit new repository", Kind: FoundKind.Act),
        new("Import packages", "/import", Right.Release, Also: "upload rpm built elsewhere existing binary", Kind: FoundKind.Act),
        new("Plan a chain", "/chains/plan", Right.Build, Also: "new order", Kind: FoundKind.Act),
        new("Plan a mass rebuild", "/mass-rebuilds/plan", Right.Release, Also: "new everything", Kind: FoundKind.Act),
        new("Plan a soname bump", "/plan-bump", Right.Release, Also: "library", Kind: FoundKind.Act),
        new("Tags", "/tags", Right.Read, 't', "repositories inheritance"),
        new("Targets", "/targets", Right.Read, 'e'),
        new("Repositories", "/repositories", Right.Read, 'r', "install dnf zypper"),
        new("Side tags", "/side-tags", Right.Read, 'i', "promote"),
        new("Chains", "/chains", Right.Read, 'c'),
        new("Batches", "/batches", Right.Read, 'a'),
        new("Mass rebuilds", "/mass-rebuilds", Right.Read, 'm'),
        new("Schedules", "/schedules", Right.Read, 's', "nightly clock cron"),
        new("Bisections", "/bisections", Right.Read, Also: "what broke guilty"),
        new("Advisories", "/advisories", Right.Read, 'v', "security updateinfo cve"),
        new("External repositories", "/externals", Right.Read, 'x', "upstream mirror"),
        new("Builders", "/builders", Right.Read, 'u', "machines workers"),
        new("Keys", "/keys", Right.Read, 'k', "signing gpg openpgp"),
        new("Keeping", "/keeping", Right.Read, 'p', "retention garbage storage disk"),
        new("The next night", "/keeping/next", Right.Read, Also: "retention removed"),
        new("Notices", "/notices", Right.Self, 'j', "inbox"),
        new("Approvals", "/approvals", Right.Self, 'o', "second person"),
        new("Your account", "/me", Right.Account, 'y', "password passkeys sessions me"),
        new("Tokens", "/me/tokens", Right.Account, Also: "api command line"),
        new("Hooks", "/me/hooks", Right.Build, Also: "forge github gitlab pagure push"),
        new("Webhooks", "/me/webhooks", Right.Account, Also: "tell others"),
        new("Mail", "/me/mail", Right.Account, Also: "letters address"),
        new("Git credentials", "/me/git-credentials", Right.Build, Also: "private deploy ssh"),
        new("Second factor", "/me/second-factor", Right.Secure, Also: "totp code recovery"),
        new("People", "/people", Right.Administer, 'l', "users teams roles invite"),
        new("Audit log", "/audit", Right.Administer, 'd', "who changed what"),
        new("Settings", "/settings", Right.Administer, 'z', "configuration name"),
        new("Health", "/health", Right.Administer, 'f', "checks faults doctor"),
        new("Wall", "/wall", Right.Read, 'w', "screen team monitor"),
        new("Help", "/help", Right.Enter, 'q', "manual documentation"),
    ];

    /// <summary>Those that somebody may open.</summary>
    public static IEnumerable<Place> For(ClaimsPrincipal? who, Right ofAnonymous) => All.Where(place => (who?.Identity is CallerIdentity known ? known.May : ofAnonymous).HasFlag(place.Needs));
}
