using Skyline.Protocol;
using Skyline.Server.Sources;

namespace Skyline.Server.Hooks;

/// <summary>What is to be done about a delivery.</summary>
abstract record Decision
{
    /// <param name="Line">"branch main", "tag v1", "pull request 7".</param>
    /// <param name="Number">Of the pull request.</param>
    public sealed record Build(string Line, string Commit, string? Before, long? Number, bool Scratch, string Why) : Decision;

    /// <param name="What">That would be built, if somebody said so.</param>
    public sealed record Leave(DeliveryOutcome Outcome, string Said, Build? What = null) : Decision;

    /// <summary>A pull request is closed: its build is for nobody any more.</summary>
    public sealed record End(string Line) : Decision;
}

/// <summary>What a hook's rules say of an event. Nothing is looked up and nothing is done here.</summary>
static class HookRules
{
    public static Decision Decide(Hook hook, HookEvent happened) => happened switch
    {
        HookEvent.Ping => Leave("The hook is set up: the signature is right."),
        HookEvent.Other other => Leave($"Nothing is built for events of kind {other.What}; send pushes and pull requests alone."),
        HookEvent.Pushed pushed => Elsewhere(hook, pushed.Addresses) ?? OfPush(hook, pushed),
        HookEvent.PullRequest pull => Elsewhere(hook, pull.Addresses) ?? OfPullRequest(hook, pull),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static Decision.Leave Leave(string said, Decision.Build? what = null) => new(DeliveryOutcome.Skipped, said, what);

    /// <summary>A payload cannot make this server fetch anything else than what the hook is for, and it is said where it tries.</summary>
    static Decision.Leave? Elsewhere(Hook hook, IReadOnlyList<string> addresses)
    {
        if (addresses.Any(address => IsSame(hook.Url, address))) return null;
        return new(DeliveryOutcome.Refused, addresses.Count == 0 ? $"The delivery does not say of which repository it is; this hook is for {hook.Url}."
            : $"The delivery is of {Payload.Word(addresses[0])}, and this hook is for {hook.Url} alone. If the repository was renamed, make a hook for its new address: skyline hook add.");
    }

    static Decision OfPush(Hook hook, HookEvent.Pushed pushed)
    {
        if (pushed.Commit is not { } commit) return Leave($"{Capital(pushed.Line)} was deleted; there is nothing to build.");
        var build = new Decision.Build(pushed.Line, commit, pushed.Before, null, hook.Scratch, "");
        var patterns = pushed.IsTag ? hook.Tags : hook.Branches;
        if (!Glob.IsOneOf(patterns, pushed.Name)) return Leave($"Push to {pushed.Line}: the rules name {Named(patterns, pushed.IsTag ? "tag" : "branch")}.", build);
        if (hook.Paths.Count == 0 || pushed.IsTag) return build;
        if (pushed.Files is not { } files) return build with { Why = "Which files changed is not told whole, so it is built." };
        return files.Any(file => Glob.IsOneOf(hook.Paths, file)) ? build : Leave($"Push to {pushed.Line}: none of the {files.Count} changed files is one of {string.Join(", ", hook.Paths)}.", build);
    }

    static Decision OfPullRequest(Hook hook, HookEvent.PullRequest pull)
    {
        if (hook.PullRequests == PullRequestsOf.Nobody) return Leave("This hook builds no pull requests.");
        if (pull.Does == PullRequestAct.Closed) return new Decision.End(pull.Line);
        if (pull.Does == PullRequestAct.Changed) return Leave($"{Capital(pull.Line)} has no new commits.");
        if (pull.Commit is not { } commit) return new Decision.Leave(DeliveryOutcome.Refused, $"{Capital(pull.Line)} names no commit.");
        if (hook.Branches.Count > 0 && !Glob.IsOneOf(hook.Branches, pull.Into)) return Leave($"{Capital(pull.Line)} is for branch {pull.Into}: the rules name {Named(hook.Branches, "branch")}.");
        // Its commits come by way of the repository itself; one that names another host is not of this forge, and is not looked at.
        if (pull.HeadAddresses.Count > 0 && !pull.HeadAddresses.Any(address => HostOf(address) == HostOf(hook.Url)))
            return new Decision.Leave(DeliveryOutcome.Refused, $"{Capital(pull.Line)} is from {Payload.Word(pull.HeadAddresses[0])}, on another host than {hook.Url}; that is not built.");
        var build = new Decision.Build(pull.Line, commit, null, pull.Number, true, hook.Paths.Count > 0 ? "Which files changed is not told, so it is built." : "");
        return pull.OfMember || hook.PullRequests == PullRequestsOf.Anybody ? build
            : new Decision.Leave(DeliveryOutcome.Held, $"{Capital(pull.Line)} is by {pull.Author}, who may not push to the repository as far as the forge says. Look at it, and have it built: skyline hook build {hook.Name} DELIVERY.", build);
    }

    static string Named(IReadOnlyList<string> patterns, string what) => patterns.Count == 0 ? $"no {what}" : $"only {string.Join(", ", patterns)}";

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>By host and path: a forge may know itself by another scheme or port than others do. Letters' case is nothing to forges.</summary>
    static bool IsSame(string url, string address) => PartsOf(url) is { } one && PartsOf(address) is { } other && one == other;

    static (string Host, string Path)? PartsOf(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "git") || uri.UserInfo.Length > 0) return null;
        var path = uri.AbsolutePath.TrimEnd('/').ToLowerInvariant();
        return (uri.IdnHost.ToLowerInvariant(), path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path);
    }

    static string? HostOf(string address) => PartsOf(address)?.Host;
}
