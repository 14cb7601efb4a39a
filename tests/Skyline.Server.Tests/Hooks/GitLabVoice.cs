using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Hooks;

/// <summary>By https://docs.gitlab.com/user/project/integrations/webhook_events/: the fields that are read, and of others those that stand beside them.</summary>
sealed class GitLabVoice : Voice
{
    [SetsRequiredMembers]
    public GitLabVoice() => Repository = "https://gitlab.com/rpms/hello";

    public override Forge Forge => Forge.GitLab;

    /// <summary>Only says the secret, as GitLabs before 18 do.</summary>
    public bool OnlyToken { get; set; }

    string Project(string path, long id) => $$"""
        { "id": {{id}}, "name": "Hello", "description": "", "web_url": "{{Host}}/{{path}}", "avatar_url": null, "git_ssh_url": "git@gitlab.com:{{path}}.git", "git_http_url": "{{Host}}/{{path}}.git", "namespace": "{{Owner}}", "visibility_level": 20,
          "path_with_namespace": "{{path}}", "default_branch": "main", "homepage": "{{Host}}/{{path}}", "url": "git@gitlab.com:{{path}}.git", "ssh_url": "git@gitlab.com:{{path}}.git", "http_url": "{{Host}}/{{path}}.git" }
        """;

    static string Commit(string id, IEnumerable<string> files) => $$"""
        { "id": "{{id}}", "message": "Update hello.spec\n", "title": "Update hello.spec", "timestamp": "2026-11-30T16:45:07+00:00", "url": "https://gitlab.com/rpms/hello/-/commit/{{id}}", "author": { "name": "A Packager", "email": "packager@example.org" },
          "added": [], "modified": [ {{List(files)}} ], "removed": [] }
        """;

    string PushOf(string kind, string reference, string after, string before, string? checkout, string commits, int total) => $$"""
        { "object_kind": "{{kind}}", "event_name": "{{kind}}", "before": "{{before}}", "after": "{{after}}", "ref": "{{reference}}", "ref_protected": true, "checkout_sha": {{(checkout is null ? "null" : $"\"{checkout}\"")}}, "message": null,
          "user_id": 4, "user_name": "A Packager", "user_username": "packager", "user_email": "", "project_id": 15, "project": {{Project(Path, 15)}}, "commits": [ {{commits}} ], "total_commits_count": {{total}}, "push_options": {},
          "repository": { "name": "Hello", "url": "git@gitlab.com:{{Path}}.git", "homepage": "{{Repository}}", "git_http_url": "{{Repository}}.git", "visibility_level": 20 } }
        """;

    public override (string, string) Push(string branch, string commit, string? before, params string[] files) => ("Push Hook", PushOf("push", $"refs/heads/{branch}", commit, before ?? Zero, commit, before is null ? "" : Commit(commit, files), before is null ? 0 : 1));

    public override (string, string) LargePush(string branch, string commit, string before) => ("Push Hook", PushOf("push", $"refs/heads/{branch}", commit, before, commit, Commit(commit, ["other/x"]), 21));

    public override (string, string) DeleteBranch(string branch, string before) => ("Push Hook", PushOf("push", $"refs/heads/{branch}", Zero, before, null, "", 0));

    // An annotated tag is an object of its own: `after` is that, and `checkout_sha` what it points at.
    public override (string, string) Tag(string tag, string commit) => ("Tag Push Hook", PushOf("tag_push", $"refs/tags/{tag}", "7a9d1c2b" + commit[8..], Zero, commit, "", 0));

    public override (string, string)? Ping(string commit) => null;

    (string, string) Merge(string action, long number, string commit, bool fork, string? oldrev = null) => ("Merge Request Hook", $$"""
        { "object_kind": "merge_request", "event_type": "merge_request", "user": { "id": 9, "name": "Stranger", "username": "stranger", "email": "[REDACTED]" }, "project": {{Project(Path, 15)}},
          "object_attributes": { "id": 99, "iid": {{number}}, "target_branch": "main", "source_branch": "changes", "source_project_id": {{(fork ? 16 : 15)}}, "author_id": 9, "title": "Update hello", "state": "{{(action == "close" ? "closed" : "opened")}}", "merge_status": "unchecked",
            "target_project_id": 15, "source": {{(fork ? Project("stranger/" + Name, 16) : Project(Path, 15))}}, "target": {{Project(Path, 15)}}, {{(oldrev is null ? "" : $"\"oldrev\": \"{oldrev}\", ")}}
            "last_commit": { "id": "{{commit}}", "message": "Update hello.spec", "timestamp": "2026-11-30T16:45:07+00:00", "url": "{{Repository}}/-/commit/{{commit}}", "author": { "name": "Stranger", "email": "stranger@example.org" } },
            "work_in_progress": false, "draft": false, "url": "{{Repository}}/-/merge_requests/{{number}}", "action": "{{action}}" },
          "labels": [], "changes": {}, "repository": { "name": "Hello", "url": "git@gitlab.com:{{Path}}.git", "homepage": "{{Repository}}" } }
        """);

    public override (string, string) Opened(long number, string commit, bool fromFork = true) => Merge("open", number, commit, fromFork);

    public override (string, string) Updated(long number, string commit, bool fromFork = true) => Merge("update", number, commit, fromFork, "f95f852bd8fca8fcc58a9a2d6c842781e32a215e");

    /// <summary>Of its title, say: no commits came.</summary>
    public (string, string) Edited(long number, string commit) => Merge("update", number, commit, true);

    public override (string, string) Closed(long number, string commit) => Merge("close", number, commit, true);

    public override void Sign(HttpRequestMessage request, string name, byte[] body, string secret, string id, DateTimeOffset now)
    {
        request.Headers.Add("User-Agent", "GitLab/18.11.0");
        request.Headers.Add("X-Gitlab-Event", name);
        request.Headers.Add("X-Gitlab-Event-UUID", Guid.NewGuid().ToString());
        request.Headers.Add("X-Gitlab-Instance", "https://gitlab.com");
        request.Headers.Add("Idempotency-Key", id);
        if (OnlyToken)
        {
            request.Headers.Add("X-Gitlab-Token", secret);
            return;
        }
        var at = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var key = secret.StartsWith("whsec_", StringComparison.Ordinal) ? Convert.FromBase64String(secret["whsec_".Length..]) : Encoding.UTF8.GetBytes(secret);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{at}."), .. body])));
    }
}
