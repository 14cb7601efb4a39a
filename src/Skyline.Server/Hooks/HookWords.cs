using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Hooks;

/// <summary>What a hook builds, for people.</summary>
static class HookWords
{
    public static string Builds(Words words, HookDetails hook)
    {
        var what = new List<string>();
        if (hook.Branches.Count > 0) what.Add(words["branches {0}", Patterns(hook.Branches)]);
        if (hook.Tags.Count > 0) what.Add(words["tags {0}", Patterns(hook.Tags)]);
        if (hook.PullRequests != PullRequestsOf.Nobody) what.Add(words[hook.PullRequests == PullRequestsOf.Members ? "pull requests of those who may push" : "pull requests of anybody"]);
        if (hook.Paths.Count > 0) what.Add(words["where {0} changed", Patterns(hook.Paths)]);
        if (hook.Scratch) what.Add(words["as scratch builds"]);
        return string.Join("; ", what);
    }

    static string Patterns(IReadOnlyList<string> all) => Visible.Text(string.Join(", ", all));

    /// <summary>A word of <see cref="StateBadge"/>'s.</summary>
    public static string State(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Built => "done",
        DeliveryOutcome.Refused => "refused",
        DeliveryOutcome.Held => "waiting",
        _ => outcome.ToString().ToLowerInvariant(),
    };
}
