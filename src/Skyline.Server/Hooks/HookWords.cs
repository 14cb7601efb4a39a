using Skyline.Protocol;

namespace Skyline.Server.Hooks;

/// <summary>What a hook builds, for people.</summary>
static class HookWords
{
    public static string Builds(HookDetails hook)
    {
        var what = new List<string>();
        if (hook.Branches.Count > 0) what.Add($"branches {string.Join(", ", hook.Branches)}");
        if (hook.Tags.Count > 0) what.Add($"tags {string.Join(", ", hook.Tags)}");
        if (hook.PullRequests != PullRequestsOf.Nobody) what.Add(hook.PullRequests == PullRequestsOf.Members ? "pull requests of those who may push" : "pull requests of anybody");
        return string.Join("; ", what) + (hook.Paths.Count > 0 ? $"; where {string.Join(", ", hook.Paths)} changed" : "") + (hook.Scratch ? "; as scratch builds" : "");
    }

    public static string State(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Built => "done",
        DeliveryOutcome.Refused => "failed",
        DeliveryOutcome.Held => "waiting",
        _ => "",
    };
}
