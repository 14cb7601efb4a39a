using System.Text.Json;

namespace Skyline.Server.Hooks;

/// <summary>
/// GitHub's events (https://docs.github.com/en/webhooks/webhook-events-and-payloads), and those of Forgejo (https://forgejo.org/docs/latest/user/webhooks/)
/// and Gitea (https://docs.gitea.com/usage/webhooks), which have the same shape in what is read here.
/// </summary>
static class ReadGitHub
{
    static readonly string[] members = ["OWNER", "MEMBER", "COLLABORATOR"];

    /// <param name="gitea">Whether it is Forgejo's or Gitea's.</param>
    public static HookEvent Of(string name, JsonElement body, bool gitea) => name switch
    {
        "ping" => new HookEvent.Ping(),
        "push" => Push(body, gitea),
        // Forgejo and Gitea have a kind of their own for new commits ("pull_request_sync"), and name that in one header of several.
        "pull_request" or "pull_request_sync" => PullRequest(body, gitea),
        _ => new HookEvent.Other($"'{Payload.Word(name)}'"),
    };

    static HookEvent Push(JsonElement body, bool gitea)
    {
        var (isTag, name) = Payload.Ref(body.Text("ref"));
        var (after, before) = (Payload.Commit(body.Text("after")), Payload.Commit(body.Text("before")));
        // Forgejo's and Gitea's test, which somebody asks for in their pages, is a push that changes nothing.
        if (gitea && after is not null && after == before) return new HookEvent.Ping();
        if (body.IsTrue("deleted")) after = null;
        // What an annotated tag points at: `after` is the tag itself.
        if (isTag && after is not null && Payload.Commit(body.Text("head_commit", "id")) is { } commit) after = commit;
        return new HookEvent.Pushed(Addresses(body.At("repository")), isTag, name, after, before, isTag || before is null ? null : Files(body, gitea));
    }

    static IReadOnlyList<string>? Files(JsonElement body, bool gitea)
    {
        var commits = body.Each("commits").ToList();
        // Forgejo and Gitea list a few of the commits and say how many there are. GitHub lists up to 2048 (20, as it once was), and does not say; and of a forced push only what is new.
        var whole = gitea ? body.Number("total_commits") is { } all && all <= commits.Count : !body.IsTrue("forced") && commits.Count is not 20 and < 2048;
        return whole ? Payload.Files(commits) : null;
    }

    static HookEvent.PullRequest PullRequest(JsonElement body, bool gitea)
    {
        if (body.At("pull_request") is not { } pull || (body.Number("number") ?? pull.Number("number")) is not (> 0 and var number)) throw new BadPayloadException("The delivery has no pull request in it.");
        var act = body.Text("action") switch
        {
            "opened" or "reopened" or "ready_for_review" => PullRequestAct.Opened,
            "synchronize" or "synchronized" => PullRequestAct.Updated,
            "closed" => PullRequestAct.Closed,
            _ => PullRequestAct.Changed,
        };
        var head = Addresses(pull.At("head", "repo"));
        // Forgejo and Gitea do not say who may push; who has a branch in the repository itself may.
        var member = gitea ? IsSame(pull) : members.Contains(pull.Text("author_association"));
        return new(Addresses(body.At("repository")), number, act, Payload.Commit(pull.Text("head", "sha")), Payload.Word(pull.Text("base", "ref")), head, Payload.Word(pull.Text("user", "login")), member);
    }

    static bool IsSame(JsonElement pull) => pull.Number("head", "repo", "id") is { } head && head == pull.Number("base", "repo", "id");

    static IReadOnlyList<string> Addresses(JsonElement? repository) => repository?.Texts("clone_url", "html_url") ?? [];
}
