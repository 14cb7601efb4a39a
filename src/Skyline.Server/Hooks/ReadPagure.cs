using System.Text.Json;

namespace Skyline.Server.Hooks;

/// <summary>
/// Pagure's events (https://docs.pagure.org/pagure/usage/using_webhooks.html): what it also says on its message bus, `{"topic", "msg", "msg_id", "timestamp", "i"}`.
/// Its header `X-Pagure-Topic` is not signed; the topic in the body is. Branches that were deleted it tells nothing of, or by a topic of their own.
/// </summary>
static class ReadPagure
{
    public static HookEvent Of(JsonElement body)
    {
        var msg = body.At("msg") ?? throw new BadPayloadException("The delivery has no 'msg' in it.");
        return body.Text("topic") switch
        {
            "git.receive" => Push(msg),
            "git.tag.creation" => Tag(msg),
            "git.branch.deletion" or "git.tag.deletion" => new HookEvent.Pushed(Addresses(msg, msg.At("repo")), msg.Text("tag") is not null, Payload.Word(msg.Text("branch") ?? msg.Text("tag")), null, null, null),
            "pull-request.new" => PullRequest(msg, PullRequestAct.Opened),
            "pull-request.reopened" => PullRequest(msg, PullRequestAct.Opened),
            "pull-request.updated" or "pull-request.rebased" => PullRequest(msg, PullRequestAct.Updated),
            "pull-request.closed" => PullRequest(msg, PullRequestAct.Closed),
            var other => new HookEvent.Other($"'{Payload.Word(other)}'"),
        };
    }

    static HookEvent.Pushed Push(JsonElement msg)
    {
        var branch = msg.Text("branch") ?? "";
        var (isTag, name) = Payload.Ref(branch.StartsWith("refs/", StringComparison.Ordinal) ? branch : "refs/heads/" + branch);
        // `old_commit`, where it is said, is what the branch was before; `start_commit` is the first of the new ones. Newer ones list the files.
        var files = msg.At("changed_files") is { ValueKind: JsonValueKind.Object } changed && !msg.IsTrue("forced") ? changed.EnumerateObject().Select(file => file.Name).ToList() : null;
        return new(Addresses(msg, msg.At("repo")), isTag, name, Payload.MustCommit(msg.Text("end_commit")), Payload.Commit(msg.Text("old_commit")), isTag ? null : files);
    }

    static HookEvent.Pushed Tag(JsonElement msg)
    {
        var (_, name) = Payload.Ref("refs/tags/" + msg.Text("tag"));
        return new(Addresses(msg, msg.At("repo")), true, name, Payload.MustCommit(msg.Text("rev")), null, null);
    }

    static HookEvent.PullRequest PullRequest(JsonElement msg, PullRequestAct act)
    {
        if (msg.At("pullrequest") is not { } pull || pull.Number("id") is not (> 0 and var number)) throw new BadPayloadException("The delivery has no pull request in it.");
        var (to, from) = (pull.At("project"), pull.At("repo_from"));
        var member = from?.Text("fullname") is { } name && name == to?.Text("fullname");
        return new(Addresses(msg, to), number, act, Payload.Commit(pull.Text("commit_stop")), Payload.Word(pull.Text("branch")), pull.Text("remote_git") is { } elsewhere ? [elsewhere] : from is null ? [] : Addresses(msg, from), Payload.Word(pull.Text("user", "name")), member);
    }

    /// <summary>By its own word, or where a Pagure has its repositories.</summary>
    static IReadOnlyList<string> Addresses(JsonElement msg, JsonElement? repository)
    {
        if (repository?.Text("full_url") is { } whole) return [whole];
        return msg.Text("pagure_instance") is { } instance && (repository?.Text("url_path") ?? repository?.Text("fullname") ?? msg.Text("project_fullname")) is { } path ? [$"{instance.TrimEnd('/')}/{path}"] : [];
    }
}
