using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Skyline.Protocol;
using Skyline.Server.Tests.Sources;
using Skyline.Server.Tests.Told;

namespace Skyline.Server.Tests.Hooks;

/// <summary>What each forge's API is told of builds: its method, its path, its headers, its words.</summary>
public sealed class StatusTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly string one = HookSite.Commit(1), two = HookSite.Commit(2);

    static Task<HookSite> Open(Forge forge, Receiver receiver, string api) => HookSite.Open(forge, hook => hook with { ForgeToken = "forge-token-1", Api = receiver.Address.ToString().TrimEnd('/') + api, PullRequests = PullRequestsOf.Anybody }, "--Skyline:TellLocalAddresses=true", "--Skyline:PublicUrl=https://build.example.org");

    static Dictionary<string, string> Form(Received received) => QueryHelpers.ParseQuery(received.Body).ToDictionary(field => field.Key, field => field.Value.ToString());

    static string Text(Received received, string name)
    {
        using var body = JsonDocument.Parse(received.Body);
        return body.RootElement.GetProperty(name).GetString()!;
    }

    [Theory]
    // GitHub: https://docs.github.com/en/rest/commits/statuses
    [InlineData(Forge.GitHub, "", "/repos/rpms/hello/statuses/{0}", "authorization", "Bearer forge-token-1", "context", "pending", "error")]
    // A GitHub Enterprise Server: https://docs.github.com/en/enterprise-server/rest/commits/statuses
    [InlineData(Forge.GitHub, "/api/v3", "/api/v3/repos/rpms/hello/statuses/{0}", "authorization", "Bearer forge-token-1", "context", "pending", "error")]
    // Forgejo and Gitea: https://codeberg.org/api/swagger#/repository/repoCreateStatus
    [InlineData(Forge.Forgejo, "/api/v1", "/api/v1/repos/rpms/hello/statuses/{0}", "authorization", "token forge-token-1", "context", "pending", "error")]
    // GitLab: https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
    [InlineData(Forge.GitLab, "/api/v4", "/api/v4/projects/rpms%2Fhello/statuses/{0}", "private-token", "forge-token-1", "name", "pending", "canceled")]
    public async Task Each_forge_is_told_in_its_own_words_that_a_build_is_under_way_and_that_it_ended(Forge forge, string api, string path, string header, string value, string context, string pending, string error)
    {
        await using var forgeApi = await Receiver.Open();
        forgeApi.Answers(201);
        await using var site = await Open(forge, forgeApi, api);

        var push = await site.Deliver(site.Voice.Push("main", two, one, "hello.spec"));
        var first = await forgeApi.Next();
        await site.Packager.Cancel(push.Said!.Build!.Value, Ct);
        var last = await forgeApi.Next();

        foreach (var (told, state) in new[] { (first, pending), (last, error) })
        {
            Assert.Equal(("POST", string.Format(System.Globalization.CultureInfo.InvariantCulture, path, two), value), (told.Method, told.Path, told.Headers[header]));
            Assert.StartsWith("application/json", told.Headers["content-type"], StringComparison.Ordinal);
            Assert.Equal((state, "skyline/hello", $"https://build.example.org/builds/{push.Said.Build}"), (Text(told, "state"), Text(told, context), Text(told, "target_url")));
        }
        Assert.Equal("Cancelled by packager.", Text(last, "description"));
        if (forge == Forge.GitHub) Assert.Equal(("application/vnd.github+json", "2022-11-28"), (first.Headers["accept"], first.Headers["x-github-api-version"]));
    }

    [Fact]
    public async Task Pagure_is_told_by_flags_of_the_commit_and_of_the_pull_request()
    {
        await using var forgeApi = await Receiver.Open();
        await using var site = await Open(Forge.Pagure, forgeApi, "/api/0");
        var voice = (PagureVoice)site.Voice;

        var push = await site.Deliver(voice.Push("main", two, one, "hello.spec"));
        var commit = await forgeApi.Next();
        voice.MessageId = "2026-another";
        var pull = await site.Deliver(voice.Opened(7, one));
        var request = await forgeApi.Next();
        voice.MessageId = "2026-the-third";
        var newer = await site.Deliver(voice.Updated(7, HookSite.Commit(3)));
        var newest = await forgeApi.Next();
        await site.Packager.Cancel(push.Said!.Build!.Value, Ct);
        var last = await forgeApi.Next();

        Assert.Equal(("POST", $"/api/0/rpms/hello/c/{two}/flag", "token forge-token-1", "application/x-www-form-urlencoded"), (commit.Method, commit.Path, commit.Headers["authorization"], commit.Headers["content-type"]));
        var form = Form(commit);
        Assert.Equal(("skyline/hello", "pending", $"https://build.example.org/builds/{push.Said.Build}", 32), (form["username"], form["status"], form["url"], form["uid"].Length));
        Assert.Equal("/api/0/rpms/hello/pull-request/7/flag", request.Path);
        // A flag of a pull request is on its newest commit: that an older one's build was ended is not said there.
        Assert.Equal((pull.Said!.Build + 1, "pending"), (newer.Said!.Build, Form(newest)["status"]));
        Assert.Equal((commit.Path, form["uid"], "canceled"), (last.Path, Form(last)["uid"], Form(last)["status"]));
    }

    [Fact]
    public async Task A_pull_request_is_told_that_it_builds_and_that_it_does_not()
    {
        await using var forgeApi = await Receiver.Open();
        forgeApi.Answers(201);
        await using var git = await GitHost.Open();
        var repository = await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        var commit = (await repository.Git(Ct, "rev-parse", "HEAD")).Trim();
        await using var site = await HookSite.OpenOf(Forge.Forgejo, git.Url("hello"), hook => hook with { ForgeToken = "t0ken", Api = forgeApi.Address + "api/v1", PullRequests = PullRequestsOf.Anybody }, "--Skyline:TellLocalAddresses=true");
        var builder = new PaperBuilder(site.Site.LocalBuilder);

        await site.Deliver(site.Voice.Opened(7, commit));
        Assert.Equal("pending", Text(await forgeApi.Next(), "state"));
        await builder.Build(Papers.Source("hello", "1", "1", exclusiveArch: "x86_64"));
        await builder.Build(Papers.Source("hello", "1", "1", exclusiveArch: "x86_64"), Papers.Binary("hello", "1", "1"));
        var built = await forgeApi.Next();
        Assert.Equal(("success", "hello-1-1 is built.", $"/api/v1/repos/hello/statuses/{commit}"), (Text(built, "state"), Text(built, "description"), built.Path));
        var missing = await site.Deliver(site.Voice.Updated(7, one));
        // That it began is told if there is time to: it fails as soon as it is fetched.
        var told = await forgeApi.Next();
        if (Text(told, "state") == "pending") told = await forgeApi.Next();
        Assert.Equal(("failure", $"/api/v1/repos/hello/statuses/{one}"), (Text(told, "state"), told.Path));
        Assert.InRange((await site.Build(missing.Said)).Why!.Length, 1, 1000);
    }

    [Fact]
    public async Task What_a_forge_does_not_take_is_said_at_the_hook_and_the_token_is_nowhere()
    {
        await using var forgeApi = await Receiver.Open();
        forgeApi.Answer = async context => { context.Response.StatusCode = 403; await context.Response.WriteAsync("Resource not accessible by personal access token"); };
        await using var site = await Open(Forge.GitHub, forgeApi, "");
        await site.Deliver(site.Voice.Push("main", two, one));
        await forgeApi.Next();
        HookDetails hook;
        do hook = await site.Packager.Hook("hello", Ct);
        while (hook.WhyNotTold is null);

        Assert.Equal("403 Resource not accessible by personal access token", hook.WhyNotTold);
        Assert.True(hook.TellsForge);
        Assert.DoesNotContain("forge-token-1", await site.Site.Http(site.Site.AdminToken).GetStringAsync("api/hooks", Ct), StringComparison.Ordinal);
        Assert.False((await site.Packager.EditHook("hello", new(ForgeToken: ""), Ct)).TellsForge);
        await site.Deliver(site.Voice.Push("main", HookSite.Commit(3), two));
        Assert.Equal(0, forgeApi.Left);
    }
}
