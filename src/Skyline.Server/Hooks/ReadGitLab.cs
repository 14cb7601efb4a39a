using System.Text.Json;

namespace Skyline.Server.Hooks;

/// <summary>
/// GitLab's events (https://docs.gitlab.com/user/project/integrations/webhook_events/). What one is says its body, which is signed or not as a whole; its header
/// `X-Gitlab-Event` says the same and is not. A test that somebody asks for in GitLab's page is a real event of the newest commits.
/// </summary>
static class ReadGitLab
{
    public static HookEvent Of(JsonElement body) => body.Text("object_kind") switch
    {
        "push" or "tag_push" => Push(body),
        "merge_request" => MergeRequest(body),
        var other => new HookEvent.Other($"'{Payload.Word(other)}'"),
    };

    static HookEvent.Pushed Push(JsonElement body)
    {
        var (isTag, name) = Payload.Ref(body.Text("ref"));
        var (after, before) = (Payload.Commit(body.Text("after")), Payload.Commit(body.Text("before")));
        // What an annotated tag points at: `after` is the tag itself. It is null where something was deleted.
        if (after is not null && Payload.Commit(body.Text("checkout_sha")) is { } commit) after = commit;
        var commits = body.Each("commits").ToList();
        // Of more than twenty commits the newest twenty are listed, of a new branch none.
        var whole = !isTag && before is not null && body.Number("total_commits_count") is { } all && all <= commits.Count;
        return new(Addresses(body.At("project")), isTag, name, after, before, whole ? Payload.Files(commits) : null);
    }

    static HookEvent.PullRequest MergeRequest(JsonElement body)
    {
        if (body.At("object_attributes") is not { } merge || merge.Number("iid") is not (> 0 and var number)) throw new BadPayloadException("The delivery has no merge request in it.");
        var act = merge.Text("action") switch
        {
            "open" or "reopen" => PullRequestAct.Opened,
            // It has `oldrev` where commits came, and not where a title or a label was changed.
            "update" when merge.Text("oldrev") is not null => PullRequestAct.Updated,
            "close" or "merge" => PullRequestAct.Closed,
            _ => PullRequestAct.Changed,
        };
        // It does not say who may push; who has a branch in the repository itself may.
        var member = merge.Number("source_project_id") is { } source && source == merge.Number("target_project_id");
        return new(Addresses(merge.At("target") ?? body.At("project")), number, act, Payload.Commit(merge.Text("last_commit", "id")), Payload.Word(merge.Text("target_branch")), Addresses(merge.At("source")), Payload.Word(body.Text("user", "username")), member);
    }

    static IReadOnlyList<string> Addresses(JsonElement? project) => project?.Texts("git_http_url", "http_url", "web_url") ?? [];
}
