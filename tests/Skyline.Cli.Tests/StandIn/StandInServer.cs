using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>
/// A server that speaks the API's records and does what a test tells it: builds change when the test changes them, logs grow
/// when the test writes them, and any request can be refused or cut off.
/// </summary>
sealed class StandInServer : IAsyncDisposable
{
    public const string Token = "sky_0123456789abcdef";

    readonly WebApplication app;

    StandInServer(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    public StandInBuilds Builds { get; } = new();

    public StandInLogs Logs { get; } = new();

    public StandInAgain Again => again ??= new(Builds);
    StandInAgain? again;

    public StandInExternals Externals { get; } = new();

    public StandInPeople People { get; } = new();

    public StandInTold Told { get; } = new();

    public StandInHooks Hooks { get; } = new();

    public List<TargetDetails> Targets { get; } = [new("testos", "testos", "testos")];

    public List<TagDetails> Tags { get; } = [Samples.Tag("testos")];

    public List<KeyDetails> Keys { get; } = [Samples.Key('A', null, KeyState.Current)];

    public ConcurrentQueue<NewKey> KeysAskedFor { get; } = new();

    public List<BuilderSummary> Builders { get; } = [new("local", "admin", true, ["x86_64"], "0.1.0", "bubblewrap", null, 0)];

    public StandInTags TagWork { get; } = new();

    public ConcurrentQueue<Upload> Uploads { get; } = new();

    public ConcurrentQueue<BuildFromUrl> Urls { get; } = new();
    /// <summary>What was sent ahead, by SHA-256, with what it is called; and how much has come of what is not whole.</summary>
    public ConcurrentDictionary<string, string> Ahead { get; } = new();
    public ConcurrentDictionary<string, long> Come { get; } = new();
    public ConcurrentQueue<NewSourceBuild> Repositories { get; } = new();

    /// <summary>Asked before every request; true means that it has answered (or cut off) the request itself.</summary>
    public Func<HttpContext, Task<bool>>? Meddle { get; set; }

    /// <summary>Every Authorization header seen, "" where there was none.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <param name="url">With the port 0, any free one.</param>
    public static async Task<StandInServer> Start(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var server = new StandInServer(builder.Build());
        server.Map();
        await server.app.StartAsync();
        server.Url = server.app.Urls.Single();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static async Task<bool> Refuse(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new Problem("Refused", status, sentence), SkylineJson.Default.Problem, "application/problem+json");
        return true;
    }

    void Map()
    {
        app.Use(async (context, next) =>
        {
            var authorization = context.Request.Headers.Authorization.ToString();
            Authorizations.Enqueue(authorization);
            if (Meddle is { } meddle && await meddle(context)) return;
            if (authorization == $"Bearer {Token}" || context.Request.Path.StartsWithSegments("/api/login")) await next();
            else await Refuse(context, 401, "The token is not known here.");
        });
        app.MapGet("/api/whoami", context => Answer(context, new WhoAmI("alice", true, "0.1.0"), SkylineJson.Default.WhoAmI));
        app.MapGet("/api/targets", context => Answer(context, Targets, SkylineJson.Default.IReadOnlyListTargetDetails));
        app.MapPost("/api/targets", CreateTarget);
        app.MapGet("/api/tags", context => Answer(context, [.. Tags.Select(tag => new TagSummary(tag.Name, tag.Chroot, tag.Arches, tag.Builds.Count, tag.Snapshot, tag.CreatedAt))], SkylineJson.Default.IReadOnlyListTagSummary));
        app.MapGet("/api/tags/{name}", ShowTag);
        app.MapPost("/api/tags", CreateTag);
        TagWork.Map(app);
        app.MapGet("/api/keys", context => Answer(context, Keys, SkylineJson.Default.IReadOnlyListKeyDetails));
        app.MapGet("/api/tags/{tag}/keys", context => Answer(context, Keys, SkylineJson.Default.IReadOnlyListKeyDetails));
        app.MapPost("/api/keys/rotate", AddKey);
        app.MapPost("/api/tags/{tag}/key", AddKey);
        app.MapPost("/api/tags/{tag}/key/rotate", AddKey);
        app.MapGet("/api/builders", context => Answer(context, Builders, SkylineJson.Default.IReadOnlyListBuilderSummary));
        app.MapGet("/api/builders/{name}", context => Answer(context, DetailsOf(Builders.Single(builder => builder.Name == (string)context.Request.RouteValues["name"]!)), SkylineJson.Default.BuilderDetails));
        app.MapPatch("/api/builders/{name}", WeighBuilder);
        app.MapGet("/api/channels", context => Answer(context, Channels, SkylineJson.Default.IReadOnlyListChannelDetails));
        app.MapPost("/api/channels/{channel}/builders/{name}", AddToChannel);
        app.MapPost("/api/builders", EnrolBuilder);
        app.MapPost("/api/builders/{name}/{verb}", SwitchBuilder);
        Externals.Map(app);
        People.Map(app);
        Told.Map(app);
        Hooks.Map(app);
        app.MapPost("/api/builds", Submit);
        app.MapPost("/api/builds/from-git", SubmitSource);
        app.MapGet("/api/sources/{sha256}", (string sha256, HttpContext context) => Answer(context, new SourceState(sha256, Come.GetValueOrDefault(sha256), Ahead.ContainsKey(sha256)), SkylineJson.Default.SourceState));
        app.MapPut("/api/sources/{sha256}", TakeAhead);
        app.MapGet("/api/builds", ListBuilds);
        app.MapGet("/api/builds/{id:long}", ShowBuild);
        app.MapPost("/api/builds/{id:long}/cancel", CancelBuild);
        Again.Map(app);
        app.MapGet("/api/runs/{run:long}/log", context => Logs.Serve(context, Id(context, "run")));
    }

    static Task Answer<T>(HttpContext context, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => context.Response.WriteAsJsonAsync(value, type);

    static long Id(HttpContext context, string name) => long.Parse((string)context.Request.RouteValues[name]!, CultureInfo.InvariantCulture);

    async Task Submit(HttpContext context)
    {
        if (context.Request.HasJsonContentType())
        {
            var from = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.BuildFromUrl))!;
            if (context.Request.Query["preview"] == "true")
            {
                context.Response.StatusCode = 204;
                return;
            }
            Urls.Enqueue(from);
            await Answer(context, Builds.Add((from.Url ?? Ahead[from.Sha256!]).Split('/')[^1].Replace(".src.rpm", "", StringComparison.Ordinal), from.Target, from.Scratch), SkylineJson.Default.BuildDetails);
            return;
        }
        var query = context.Request.Query;
        var sha = Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Request.Body));
        Uploads.Enqueue(new Upload(query["name"]!, query["target"]!, query["scratch"] == "true", context.Request.ContentLength, context.Request.Headers.Expect!, sha));
        await Answer(context, Builds.Add(((string)query["name"]!).Replace(".src.rpm", "", StringComparison.Ordinal), query["target"]!, query["scratch"] == "true"), SkylineJson.Default.BuildDetails);
    }

    async Task TakeAhead(HttpContext context)
    {
        var query = context.Request.Query;
        var (sha256, offset) = ((string)context.Request.RouteValues["sha256"]!, long.Parse((string)query["offset"]!, CultureInfo.InvariantCulture));
        var sha = Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Request.Body));
        Uploads.Enqueue(new Upload(query["name"]!, $"from {offset}", false, context.Request.ContentLength, context.Request.Headers.Expect!, sha));
        Ahead[sha256] = query["name"]!;
        await Answer(context, new SourceState(sha256, offset, true), SkylineJson.Default.SourceState);
    }

    async Task SubmitSource(HttpContext context)
    {
        var wanted = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewSourceBuild))!;
        Repositories.Enqueue(wanted);
        await Answer(context, Builds.Add("hello-git-main", wanted.Target, wanted.Scratch), SkylineJson.Default.BuildDetails);
    }

    Task ListBuilds(HttpContext context)
    {
        var limit = int.Parse((string)context.Request.Query["limit"]!, CultureInfo.InvariantCulture);
        var before = context.Request.Query["before"] is [{ } text] ? long.Parse(text, CultureInfo.InvariantCulture) : long.MaxValue;
        var states = context.Request.Query["state"].Select(state => Enum.Parse<BuildState>(state!)).ToList();
        return Answer(context, Builds.Page(before, limit, states), SkylineJson.Default.BuildPage);
    }

    async Task ShowBuild(HttpContext context)
    {
        var id = Id(context, "id");
        if (Builds.Find(id) is not { } build) await Refuse(context, 404, $"There is no build {id}.");
        else if (context.Request.Query["since"] is [{ } since]) await Answer(context, await Builds.Past(id, long.Parse(since, CultureInfo.InvariantCulture), context.RequestAborted), SkylineJson.Default.BuildDetails);
        else await Answer(context, build, SkylineJson.Default.BuildDetails);
    }

    async Task CancelBuild(HttpContext context)
    {
        var id = Id(context, "id");
        if (Builds.Find(id) is not { } build) await Refuse(context, 404, $"There is no build {id}.");
        else if (build.State is BuildState.Complete) await Refuse(context, 409, $"Build {id} is complete; it cannot be cancelled any more.");
        else Builds.Change(id, old => old with { State = BuildState.Cancelled, Why = "Cancelled by alice" });
    }

    async Task AddKey(HttpContext context)
    {
        KeysAskedFor.Enqueue((await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewKey))!);
        var key = Samples.Key('B', (string?)context.Request.RouteValues["tag"], KeyState.Next);
        Keys.Insert(0, key);
        context.Response.StatusCode = 202;
        await Answer(context, key, SkylineJson.Default.KeyDetails);
    }

    async Task ShowTag(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        if (Tags.Find(tag => tag.Name == name) is { } tag) await Answer(context, tag, SkylineJson.Default.TagDetails);
        else await Refuse(context, 404, $"There is no tag {name}.");
    }

    async Task CreateTag(HttpContext context)
    {
        var asked = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewTag))!;
        Tags.Add(Samples.Tag(asked.Name) with { Chroot = asked.Chroot, Arches = asked.Arches ?? ["x86_64"] });
        await Answer(context, Tags[^1], SkylineJson.Default.TagDetails);
    }

    async Task CreateTarget(HttpContext context)
    {
        var asked = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewTarget))!;
        Targets.Add(new TargetDetails(asked.Name, asked.BuildTag, asked.DestinationTag));
        await Answer(context, Targets[^1], SkylineJson.Default.TargetDetails);
    }

    async Task WeighBuilder(HttpContext context)
    {
        var at = Builders.FindIndex(builder => builder.Name == (string)context.Request.RouteValues["name"]!);
        Builders[at] = Builders[at] with { Weight = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.BuilderEdit))!.Weight ?? 10 };
        await Answer(context, DetailsOf(Builders[at]), SkylineJson.Default.BuilderDetails);
    }

    Task AddToChannel(HttpContext context)
    {
        var at = Channels.FindIndex(channel => channel.Name == (string)context.Request.RouteValues["channel"]!);
        if (at < 0) return Refuse(context, 404, "There is no such channel.");
        Channels[at] = Channels[at] with { Builders = [.. Channels[at].Builders, (string)context.Request.RouteValues["name"]!] };
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    public List<ChannelDetails> Channels { get; } = [new("default", ["local"], ["testos"])];

    static BuilderDetails DetailsOf(BuilderSummary builder) => new(builder, ["overlay"],
        new([], "6.12.0", "Debian GNU/Linux \u001b[31m13", null, 16, 64L << 30, 120L << 20, 2L << 30, 8, DateTimeOffset.UnixEpoch), 3.2, DateTimeOffset.UnixEpoch,
        [new(5003, 17, "hello-1-1", "x86_64", RunState.Lost, RunPhase.Rpmbuild, "its disk is full.", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)]);

    async Task EnrolBuilder(HttpContext context)
    {
        var asked = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewBuilder))!;
        Builders.Add(new BuilderSummary(asked.Name, asked.Owner, true, [], null, null, null, 0));
        await Answer(context, new EnrolledBuilder(asked.Name, "skb_secret"), SkylineJson.Default.EnrolledBuilder);
    }

    Task SwitchBuilder(HttpContext context)
    {
        var at = Builders.FindIndex(builder => builder.Name == (string)context.Request.RouteValues["name"]!);
        if (at < 0) return Refuse(context, 404, "There is no such builder.");
        return Switch(at, (string)context.Request.RouteValues["verb"]!, context);
    }

    async Task Switch(int at, string verb, HttpContext context)
    {
        var order = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.BuilderOrder))!;
        Builders[at] = Builders[at] with
        {
            Enabled = verb == "enable",
            Reason = order.Reason,
            State = verb switch { "enable" => BuilderState.Enabled, "drain" => BuilderState.Draining, _ => BuilderState.Disabled },
        };
        context.Response.StatusCode = 204;
    }
}

/// <summary>An upload as it arrived.</summary>
sealed record Upload(string Name, string Target, bool Scratch, long? Length, string Expect, string Sha256);
