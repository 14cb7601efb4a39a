using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Externals;

/// <summary>Upstreams that take their time: they are given up in the end, and nobody else waits for them.</summary>
public sealed class SlowUpstreamTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly string alpha = Upstream.PathOf("alpha");

    readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());

    Task<Site> OpenSite() => Site.Open(null, services => services.AddSingleton<TimeProvider>(time), "--Skyline:FetchFromLocalAddresses=true");

    static async Task<bool> Never(HttpContext context)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        return true;
    }

    [Fact]
    public async Task An_upstream_that_falls_silent_is_given_up()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await OpenSite();
        await site.Add(upstream.Url);
        var asked = new TaskCompletionSource();
        upstream.Meddle = (context, _) =>
        {
            asked.TrySetResult();
            return Never(context);
        };
        var answer = site.Http().GetAsync("external/up/x86_64/" + alpha, Ct);
        await asked.Task.WaitAsync(Ct);

        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Contains($"{upstream.Url}{alpha}: it sent nothing for 30 seconds", await (await answer).Content.ReadAsStringAsync(Ct));
        Assert.Equal(HttpStatusCode.BadGateway, (await answer).StatusCode);
    }

    /// <summary>A byte every twenty seconds: never silent for long, and never at an end.</summary>
    [Fact]
    public async Task An_upstream_that_drips_is_given_up()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await OpenSite();
        await site.Add(upstream.Url);
        upstream.Meddle = async (context, _) =>
        {
            var bytes = upstream.Bytes(alpha);
            context.Response.ContentLength = bytes.Length;
            for (var at = 0; at < bytes.Length; at++)
            {
                await context.Response.Body.WriteAsync(bytes.AsMemory(at, 1), context.RequestAborted);
                await Arrived(site, at + 1, context.RequestAborted);
                time.Advance(TimeSpan.FromSeconds(20));
            }
            return true;
        };

        var answer = await site.Http().GetAsync("external/up/x86_64/" + alpha, Ct);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("it sent less than 600 KiB in 60 seconds", await answer.Content.ReadAsStringAsync(Ct));
        Assert.Empty(Directory.GetFiles(Path.Combine(site.Data, "incoming")));
    }

    /// <summary>The server writes what it gets as it comes, so its file says how far it has read.</summary>
    static async Task Arrived(Site site, int bytes, CancellationToken gone)
    {
        while (!new DirectoryInfo(Path.Combine(site.Data, "incoming")).EnumerateFiles().Any(file => file.Length >= bytes))
        {
            // Given up: no more time is to pass, or it would be silence as well.
            gone.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task One_that_hangs_holds_up_no_others_packages()
    {
        var many = Enumerable.Range(0, 20).Select(at => $"hung{at}").ToArray();
        await using var slow = await Upstream.Open(many);
        await using var good = await Upstream.Open("alpha");
        await using var site = await OpenSite();
        await site.Add(slow.Url, name: "slow");
        await site.Add(good.Url);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var asked = new SemaphoreSlim(0);
        slow.Meddle = (context, _) =>
        {
            asked.Release();
            return Never(context);
        };
        var hung = many.Select(name => site.Http().GetAsync($"external/slow/x86_64/{Upstream.PathOf(name)}", wait.Token)).ToList();
        for (var at = 0; at < 4; at++) await asked.WaitAsync(Ct);

        Assert.Equal(good.Bytes(alpha), await site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, Ct));

        Assert.Equal(0, asked.CurrentCount);
        Assert.All(hung, waiting => Assert.False(waiting.IsCompleted));
        await wait.CancelAsync();
    }

    [Fact]
    public async Task One_that_hangs_holds_up_no_others_refresh()
    {
        await using var slow = await Upstream.Open();
        await using var good = await Upstream.Open("alpha");
        await using var site = await OpenSite();
        var asked = new TaskCompletionSource();
        slow.Meddle = (context, _) =>
        {
            asked.TrySetResult();
            return Never(context);
        };
        await site.Admin.AddExternal(new NewExternal("slow", ExternalKind.BaseUrl, slow.Url, Arches: ["x86_64", "aarch64", "i686", "noarch"]), Ct);
        await asked.Task.WaitAsync(Ct);

        var pinned = await site.Add(good.Url);

        Assert.Null(pinned.Arch().Fault);
        Assert.All((await site.Admin.External("slow", Ct)).Arches, arch => Assert.True(arch.Refreshing));
    }

    [Fact]
    public async Task Two_repositories_with_the_same_package_do_not_share_each_others_faults()
    {
        await using var dead = await Upstream.Open("alpha");
        await using var good = await Upstream.Open("alpha");
        await using var site = await OpenSite();
        await site.Add(dead.Url, name: "dead");
        await site.Add(good.Url);
        var asked = new TaskCompletionSource();
        dead.Meddle = (context, _) =>
        {
            asked.TrySetResult();
            return Never(context);
        };
        var first = site.Http().GetAsync("external/dead/x86_64/" + alpha, Ct);
        await asked.Task.WaitAsync(Ct);

        Assert.Equal(good.Bytes(alpha), await site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, Ct));

        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.BadGateway, (await first).StatusCode);
        Assert.Equal(good.Bytes(alpha), await site.Http().GetByteArrayAsync("external/dead/x86_64/" + alpha, Ct));
    }

    [Fact]
    public async Task Who_waits_for_a_fetch_that_fails_is_told_so_and_the_next_one_asks_anew()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await OpenSite();
        await site.Add(upstream.Url);
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        upstream.Meddle = async (context, _) =>
        {
            asked.TrySetResult();
            await go.Task;
            context.Response.StatusCode = 500;
            return true;
        };
        var rush = Enumerable.Range(0, 20).Select(_ => site.Http().GetAsync("external/up/x86_64/" + alpha, Ct)).ToList();
        await asked.Task.WaitAsync(Ct);
        go.SetResult();

        foreach (var answer in await Task.WhenAll(rush)) Assert.Contains("it answered 500", await answer.Content.ReadAsStringAsync(Ct));
        upstream.Meddle = null;
        Assert.Equal(upstream.Bytes(alpha), await site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, Ct));
    }
}
