using System.Diagnostics.CodeAnalysis;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Hooks;

/// <summary>By https://forgejo.org/docs/latest/user/webhooks/ and https://docs.gitea.com/usage/webhooks: the fields that are read, and of others those that stand beside them.</summary>
class ForgejoVoice : Voice
{
    [SetsRequiredMembers]
    public ForgejoVoice() => Repository = "https://codeberg.org/rpms/hello";

    public override Forge Forge => Forge.Forgejo;

    protected virtual string[] Brands => ["Forgejo", "Gitea", "Gogs", "GitHub"];

    string Repo => $$"""
        { "id": 140, "owner": { "id": 1, "login": "{{Owner}}", "full_name": "", "email": "rpms@example.org", "username": "{{Owner}}" }, "name": "{{Name}}", "full_name": "{{Path}}", "description": "", "private": false, "fork": false,
          "html_url": "{{Repository}}", "ssh_url": "ssh://git@codeberg.org/{{Path}}.git", "clone_url": "{{Repository}}.git", "website": "", "default_branch": "main", "created_at": "2026-02-26T04:29:06-05:00", "updated_at": "2026-11-30T13:51:58-04:00" }
        """;

    static string Commit(string id, IEnumerable<string> files) => $$"""
        { "id": "{{id}}", "message": "Update hello.spec\n", "url": "https://codeberg.org/rpms/hello/commit/{{id}}", "author": { "name": "A Packager", "email": "packager@example.org", "username": "packager" },
          "committer": { "name": "A Packager", "email": "packager@example.org", "username": "packager" }, "verification": null, "timestamp": "2026-11-30T13:52:11-04:00", "added": [], "removed": [], "modified": [ {{List(files)}} ] }
        """;

    string PushOf(string reference, string after, string before, string commits, int total) => $$"""
        { "ref": "{{reference}}", "before": "{{before}}", "after": "{{after}}", "compare_url": "{{Repository}}/compare/{{before}}...{{after}}", "commits": [ {{commits}} ], "total_commits": {{total}}, "head_commit": {{(after == Zero ? "null" : Commit(after, []))}},
          "repository": {{Repo}}, "pusher": { "id": 1, "login": "packager", "username": "packager" }, "sender": { "id": 1, "login": "packager", "username": "packager" } }
        """;

    public override (string, string) Push(string branch, string commit, string? before, params string[] files) => ("push", PushOf($"refs/heads/{branch}", commit, before ?? Zero, Commit(commit, files), 1));

    public override (string, string) LargePush(string branch, string commit, string before) => ("push", PushOf($"refs/heads/{branch}", commit, before, Commit(commit, ["other/x"]), 6));

    public override (string, string) DeleteBranch(string branch, string before) => ("push", PushOf($"refs/heads/{branch}", Zero, before, "", 0));

    public override (string, string) Tag(string tag, string commit) => ("push", PushOf($"refs/tags/{tag}", commit, Zero, "", 0));

    // "Test delivery": a push that changes nothing.
    public override (string, string)? Ping(string commit) => ("push", PushOf("refs/heads/main", commit, commit, Commit(commit, []), 1));

    (string, string) Pull(string action, long number, string commit, bool fork) => ("pull_request", $$"""
        { "action": "{{action}}", "number": {{number}}, "pull_request": { "id": 73, "url": "{{Repository}}/pulls/{{number}}", "number": {{number}}, "user": { "id": 9, "login": "stranger", "username": "stranger" }, "title": "Update hello", "state": "{{(action == "closed" ? "closed" : "open")}}",
            "html_url": "{{Repository}}/pulls/{{number}}", "mergeable": true, "merged": false,
            "base": { "label": "main", "ref": "main", "sha": "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "repo_id": 140, "repo": {{Repo}} },
            "head": { "label": "changes", "ref": "changes", "sha": "{{commit}}", "repo_id": {{(fork ? 141 : 140)}}, "repo": { "id": {{(fork ? 141 : 140)}}, "full_name": "stranger/{{Name}}", "html_url": "{{Host}}/stranger/{{Name}}", "clone_url": "{{Host}}/stranger/{{Name}}.git", "fork": {{(fork ? "true" : "false")}} } },
            "merge_base": "f95f852bd8fca8fcc58a9a2d6c842781e32a215e" },
          "requested_reviewer": null, "repository": {{Repo}}, "sender": { "id": 9, "login": "stranger", "username": "stranger" }, "commit_id": "", "review": null }
        """);

    public override (string, string) Opened(long number, string commit, bool fromFork = true) => Pull("opened", number, commit, fromFork);

    public override (string, string) Updated(long number, string commit, bool fromFork = true) => Pull("synchronized", number, commit, fromFork);

    public override (string, string) Closed(long number, string commit) => Pull("closed", number, commit, true);

    public override void Sign(HttpRequestMessage request, string name, byte[] body, string secret, string id, DateTimeOffset now)
    {
        foreach (var brand in Brands)
        {
            request.Headers.Add($"X-{brand}-Delivery", id);
            request.Headers.Add($"X-{brand}-Event", name);
        }
        foreach (var brand in Brands.Where(brand => brand != "GitHub")) request.Headers.Add($"X-{brand}-Signature", Hex(body, secret));
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Hex(body, secret));
    }
}

/// <summary>The same under its own names alone.</summary>
sealed class GiteaVoice : ForgejoVoice
{
    [SetsRequiredMembers]
    public GiteaVoice() => Repository = "https://gitea.com/rpms/hello";

    public override Forge Forge => Forge.Gitea;

    protected override string[] Brands => ["Gitea", "Gogs", "GitHub"];
}
