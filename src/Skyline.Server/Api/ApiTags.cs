namespace Skyline.Server.Api;

/// <summary>The chapters of the API's document. A new one has its line here: the document's linter asks for it.</summary>
static class ApiTags
{
    static readonly Dictionary<string, string> chapters = new()
    {
        ["Advisories"] = "What updates are for: security, bug fixes, enhancements; they are told to dnf and zypper by a tag's repositories.",
        ["Approvals"] = "Changes that wait until a second person agrees.",
        ["Audit"] = "Who changed what, when and from where, in a chain of hashes.",
        ["Batches"] = "Builds that belong together: chains, mass rebuilds, runs by the clock.",
        ["Builders"] = "The machines that build, and the channels that they work in.",
        ["Builds"] = "One source package at one name, version and release, built for a target.",
        ["Chains"] = "Source packages that are built one after another, each with those before it.",
        ["External repositories"] = "Upstream repositories whose states are pinned and whose packages are cached.",
        ["Finding"] = "What a name leads to.",
        ["Git credentials"] = "What repositories with sources are opened with.",
        ["Groups"] = "Groups, categories and environments of packages that a tag's repositories tell of.",
        ["Hooks"] = "What forges tell of pushes and pull requests, and what is built then.",
        ["Keeping"] = "What is kept, removed, checked and exported.",
        ["Keys"] = "What repositories and packages are signed with.",
        ["Mail"] = "Letters: whether and how they are sent.",
        ["Mass rebuilds"] = "Everything that a query or a library's change names, built anew.",
        ["Modules"] = "Modules that a tag's repositories tell of.",
        ["Notices"] = "What its owner is told of a package.",
        ["People"] = "Who may do what: people, roles, tokens, invitations.",
        ["Pools"] = "Builders that come and go together, as many as are needed.",
        ["Repositories"] = "The states of a tag's repositories.",
        ["Runs"] = "For builders: leasing, the log, results, the report. Everybody may read logs.",
        ["Schedules"] = "Builds by the clock.",
        ["Side tags"] = "Tags of one's own beside a target, promoted when all of it is right.",
        ["Tags"] = "Named, ordered sets of builds, and the repositories that they are served from.",
        ["Targets"] = "Which tag a buildroot is made of, and which tag the result goes to.",
        ["Webhooks"] = "What others are told of builds and tags.",
    };

    public static string? Describe(string tag) => chapters.GetValueOrDefault(tag);
}
