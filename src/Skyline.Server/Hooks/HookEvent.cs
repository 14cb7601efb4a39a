namespace Skyline.Server.Hooks;

/// <summary>What a forge told, in words that are the same for all of them. Whatever is text in it is a stranger's.</summary>
abstract record HookEvent
{
    /// <summary>In a few words, for the log: "push to branch main".</summary>
    public abstract string Words { get; }

    /// <summary>It only asks whether anybody is there.</summary>
    public sealed record Ping : HookEvent
    {
        public override string Words => "ping";
    }

    /// <summary>Nothing is built for it.</summary>
    public sealed record Other(string What) : HookEvent
    {
        public override string Words => What;
    }

    /// <param name="Addresses">Those that the payload gives for its repository.</param>
    /// <param name="Line">"branch main", "tag v1".</param>
    /// <param name="Name">Of the branch or the tag.</param>
    /// <param name="Commit">Null: it was deleted.</param>
    /// <param name="Before">What the branch was before; null: it is new, or nothing says.</param>
    /// <param name="Files">All that were changed; null: the forge does not list them all.</param>
    public sealed record Pushed(IReadOnlyList<string> Addresses, bool IsTag, string Name, string? Commit, string? Before, IReadOnlyList<string>? Files) : HookEvent
    {
        public string Line => $"{(IsTag ? "tag" : "branch")} {Name}";

        public override string Words => Commit is null ? $"{Line} was deleted" : $"push to {Line}";
    }

    /// <param name="Does">What happened to it.</param>
    /// <param name="Commit">Its head.</param>
    /// <param name="Into">The branch that it is to be merged into.</param>
    /// <param name="HeadAddresses">Of the repository that its commits are from; none: that is gone.</param>
    /// <param name="OfMember">Whether the forge says that its author may push to the repository.</param>
    public sealed record PullRequest(IReadOnlyList<string> Addresses, long Number, PullRequestAct Does, string? Commit, string Into, IReadOnlyList<string> HeadAddresses, string Author, bool OfMember) : HookEvent
    {
        public string Line => $"pull request {Number}";

        public override string Words => $"{Line} was {Does switch { PullRequestAct.Opened => "opened", PullRequestAct.Updated => "updated", PullRequestAct.Closed => "closed", _ => "changed" }}";
    }
}

enum PullRequestAct
{
    Opened,
    /// <summary>It has other commits.</summary>
    Updated,
    Closed,
    /// <summary>A label, a title, an assignee.</summary>
    Changed,
}

/// <summary>A signed body of which nothing can be made, with a sentence.</summary>
sealed class BadPayloadException(string message) : Exception(message);
