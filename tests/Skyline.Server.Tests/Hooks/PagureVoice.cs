using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Hooks;

/// <summary>By https://docs.pagure.org/pagure/usage/using_webhooks.html and the schemas of its messages: the fields that are read, and of others those that stand beside them.</summary>
sealed class PagureVoice : Voice
{
    [SetsRequiredMembers]
    public PagureVoice() => Repository = "https://pagure.io/rpms/hello";

    public override Forge Forge => Forge.Pagure;

    /// <summary>Signs with SHA-1 alone, as old Pagures do.</summary>
    public bool Old { get; set; }

    /// <summary>What each delivery is called; the next gets another.</summary>
    public string MessageId { get; set; } = "2026-" + Guid.NewGuid();

    public DateTimeOffset At { get; set; } = TimeProvider.System.GetUtcNow();

    string Project(string path, string? parent = null) => $$"""
        { "id": 6234, "name": "{{Name}}", "fullname": "{{path}}", "url_path": "{{path}}", "full_url": "{{Host}}/{{path}}", "namespace": "{{Owner}}", "description": "", "parent": {{parent ?? "null"}}, "tags": [], "user": { "name": "packager", "fullname": "A Packager" },
          "date_created": "1558714988", "date_modified": "1558714988", "close_status": [], "milestones": {}, "custom_keys": [] }
        """;

    (string, string) Message(string topic, string msg) => (topic, $$"""
        { "i": 4, "msg": { {{msg}}, "pagure_instance": "{{Host}}/", "project_fullname": "{{Path}}" }, "msg_id": "{{MessageId}}", "timestamp": {{At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}}, "topic": "{{topic}}" }
        """);

    (string, string) Receive(string branch, string commit, string? before, string files) => Message("git.receive", $$"""
        "agent": "packager", "authors": [ { "name": "packager", "fullname": "A Packager" } ], "branch": "{{branch}}", "forced": false, "total_commits": 1, "start_commit": "{{commit}}", "end_commit": "{{commit}}"{{(before is null ? "" : $", \"old_commit\": \"{before}\"")}}{{files}}, "repo": {{Project(Path)}}
        """);

    public override (string, string) Push(string branch, string commit, string? before, params string[] files) => Receive(branch, commit, before, $", \"changed_files\": {{ {string.Join(", ", files.Select(file => $"\"{file}\": \"M\""))} }}");

    // Pagures before 5.11 list no files.
    public override (string, string) LargePush(string branch, string commit, string before) => Receive(branch, commit, before, "");

    public override (string, string) DeleteBranch(string branch, string before) => Message("git.branch.deletion", $$"""
        "agent": "packager", "authors": [], "branch": "{{branch}}", "rev": "{{before}}", "repo": {{Project(Path)}}
        """);

    public override (string, string) Tag(string tag, string commit) => Message("git.tag.creation", $$"""
        "agent": "packager", "authors": [], "tag": "{{tag}}", "rev": "{{commit}}", "repo": {{Project(Path)}}
        """);

    public override (string, string)? Ping(string commit) => null;

    (string, string) Pull(string topic, long number, string commit, bool fork, string status = "Open") => Message(topic, $$"""
        "agent": "stranger", "pullrequest": { "id": {{number}}, "uid": "a7d2a2f2b0d84d2b8a0d4d8a62b6b4cd", "title": "Update hello", "branch": "main", "branch_from": "changes", "status": "{{status}}", "commit_start": "{{commit}}", "commit_stop": "{{commit}}", "remote_git": null,
          "project": {{Project(Path)}}, "repo_from": {{(fork ? Project($"fork/stranger/{Path}", Project(Path)) : Project(Path))}}, "user": { "name": "stranger", "fullname": "Stranger" }, "comments": [], "tags": [], "date_created": "1764521107" }
        """);

    public override (string, string) Opened(long number, string commit, bool fromFork = true) => Pull("pull-request.new", number, commit, fromFork);

    public override (string, string) Updated(long number, string commit, bool fromFork = true) => Pull("pull-request.updated", number, commit, fromFork);

    public override (string, string) Closed(long number, string commit) => Pull("pull-request.closed", number, commit, true, "Closed");

    public override void Sign(HttpRequestMessage request, string name, byte[] body, string secret, string id, DateTimeOffset now)
    {
        request.Headers.Add("X-Pagure", Host);
        request.Headers.Add("X-Pagure-project", Path);
        request.Headers.Add("X-Pagure-Topic", name);
        request.Headers.Add("X-Pagure-Signature", Sha1(body, secret));
        if (!Old) request.Headers.Add("X-Pagure-Signature-256", Hex(body, secret));
    }

#pragma warning disable CA5350 // (It is what that forge signs with.)
    static string Sha1(byte[] body, string secret) => Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA1.HashData(System.Text.Encoding.UTF8.GetBytes(secret), body));
#pragma warning restore CA5350
}
