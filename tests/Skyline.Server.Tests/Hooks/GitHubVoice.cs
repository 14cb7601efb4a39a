using System.Diagnostics.CodeAnalysis;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Hooks;

/// <summary>By https://docs.github.com/en/webhooks/webhook-events-and-payloads: the fields that are read, and of others those that stand beside them.</summary>
sealed class GitHubVoice : Voice
{
    [SetsRequiredMembers]
    public GitHubVoice() => Repository = "https://github.com/rpms/hello";

    public override Forge Forge => Forge.GitHub;

    string Repo => $$"""
        { "id": 35129377, "node_id": "MDEwOlJlcG9zaXRvcnkzNTEyOTM3Nw==", "name": "{{Name}}", "full_name": "{{Path}}", "private": false, "owner": { "name": "{{Owner}}", "login": "{{Owner}}", "id": 6752317, "type": "Organization" },
          "html_url": "{{Repository}}", "description": null, "fork": false, "url": "https://api.github.com/repos/{{Path}}", "git_url": "git://github.com/{{Path}}.git", "ssh_url": "git@github.com:{{Path}}.git", "clone_url": "{{Repository}}.git",
          "default_branch": "main", "pushed_at": 1764521107, "archived": false }
        """;

    static string Commit(string id, IEnumerable<string> files) => $$"""
        { "id": "{{id}}", "tree_id": "f9d2a07e9488b91af2641b26b9407fe22a451433", "distinct": true, "message": "Update hello.spec", "timestamp": "2026-11-30T16:45:07+00:00", "url": "https://github.com/rpms/hello/commit/{{id}}",
          "author": { "name": "A Packager", "email": "packager@example.org", "username": "packager" }, "committer": { "name": "A Packager", "email": "packager@example.org", "username": "packager" },
          "added": [], "removed": [], "modified": [ {{List(files)}} ] }
        """;

    string PushOf(string reference, string after, string before, string commits, string head, bool deleted = false, bool forced = false) => $$"""
        { "ref": "{{reference}}", "before": "{{before}}", "after": "{{after}}", "created": {{(before == Zero ? "true" : "false")}}, "deleted": {{(deleted ? "true" : "false")}}, "forced": {{(forced ? "true" : "false")}}, "base_ref": null,
          "compare": "{{Repository}}/compare/{{before[..12]}}...{{after[..12]}}", "commits": [ {{commits}} ], "head_commit": {{head}}, "repository": {{Repo}},
          "pusher": { "name": "packager", "email": "packager@example.org" }, "sender": { "login": "packager", "id": 6752317, "type": "User" } }
        """;

    public override (string, string) Push(string branch, string commit, string? before, params string[] files) =>
        ("push", PushOf($"refs/heads/{branch}", commit, before ?? Zero, Commit(commit, files), Commit(commit, files)));

    public override (string, string) LargePush(string branch, string commit, string before) =>
        ("push", PushOf($"refs/heads/{branch}", commit, before, string.Join(", ", Enumerable.Range(0, 20).Select(n => Commit($"{n:x2}{commit[2..]}", [$"other/{n}"]))), Commit(commit, ["other/x"])));

    public override (string, string) DeleteBranch(string branch, string before) => ("push", PushOf($"refs/heads/{branch}", Zero, before, "", "null", deleted: true));

    // An annotated tag is an object of its own: `after` is that, and the head commit is what it points at.
    public override (string, string) Tag(string tag, string commit) => ("push", PushOf($"refs/tags/{tag}", "7a9d1c2b" + commit[8..], Zero, "", Commit(commit, [])));

    public override (string, string)? Ping(string commit) => ("ping", $$"""
        { "zen": "Practicality beats purity.", "hook_id": 30, "hook": { "type": "Repository", "id": 30, "name": "web", "active": true, "events": [ "push", "pull_request" ], "config": { "content_type": "json", "insecure_ssl": "0", "url": "https://build.example.org/hooks/x" } },
          "repository": {{Repo}}, "sender": { "login": "packager", "id": 6752317 } }
        """);

    (string, string) Pull(string action, long number, string commit, bool fork, string association) => ("pull_request", $$"""
        { "action": "{{action}}", "number": {{number}}, "pull_request": { "url": "https://api.github.com/repos/{{Path}}/pulls/{{number}}", "id": 279147437, "html_url": "{{Repository}}/pull/{{number}}", "number": {{number}}, "state": "{{(action == "closed" ? "closed" : "open")}}",
            "title": "Update hello", "user": { "login": "stranger", "id": 21031067, "type": "User" }, "author_association": "{{association}}", "draft": false, "merged": false, "commits": 1, "changed_files": 1,
            "head": { "label": "stranger:changes", "ref": "changes", "sha": "{{commit}}", "repo": { "id": {{(fork ? 998 : 35129377)}}, "name": "{{Name}}", "full_name": "stranger/{{Name}}", "fork": {{(fork ? "true" : "false")}}, "html_url": "{{Host}}/stranger/{{Name}}", "clone_url": "{{Host}}/stranger/{{Name}}.git" } },
            "base": { "label": "{{Owner}}:main", "ref": "main", "sha": "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "repo": {{Repo}} } },
          "repository": {{Repo}}, "sender": { "login": "stranger", "id": 21031067 } }
        """);

    public override (string, string) Opened(long number, string commit, bool fromFork = true) => Pull("opened", number, commit, fromFork, fromFork ? "FIRST_TIME_CONTRIBUTOR" : "MEMBER");

    public override (string, string) Updated(long number, string commit, bool fromFork = true) => Pull("synchronize", number, commit, fromFork, fromFork ? "FIRST_TIME_CONTRIBUTOR" : "MEMBER");

    public override (string, string) Closed(long number, string commit) => Pull("closed", number, commit, true, "NONE");

    public override void Sign(HttpRequestMessage request, string name, byte[] body, string secret, string id, DateTimeOffset now)
    {
        request.Headers.Add("User-Agent", "GitHub-Hookshot/044aadd");
        request.Headers.Add("X-GitHub-Delivery", id);
        request.Headers.Add("X-GitHub-Event", name);
        request.Headers.Add("X-GitHub-Hook-ID", "292430182");
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Hex(body, secret));
    }
}
