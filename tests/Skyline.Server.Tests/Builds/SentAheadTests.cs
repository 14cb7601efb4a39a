using System.Net;
using Skyline.Protocol;
using Skyline.Server.Chains;

namespace Skyline.Server.Tests.Builds;

/// <summary>Source packages that are sent ahead of their builds, in pieces.</summary>
public sealed class SentAheadTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Paper Source(string name, int bytes = 100) => Papers.Source(name, "1", "1", exclusiveArch: "x86_64", payloadBytes: bytes);

    static BuildFromUrl Of(Paper paper, string target = "paper") => new(null, target, Scratch: true, Sha256: paper.Sha256);

    static string Incoming(Site site) => Path.Combine(site.Data, "incoming");

    /// <summary>Half of it, and then the line breaks.</summary>
    static async Task Half(Site site, Paper paper, string token)
    {
        using var http = site.Http(token);
        using var broken = new CancellationTokenSource();
        var sending = http.PutAsync($"api/sources/{paper.Sha256}?name={paper.FileName}&offset=0", new HalfBody(paper.Bytes), broken.Token);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!Directory.GetFiles(Incoming(site), $"*{paper.Sha256}").Any(path => new FileInfo(path).Length >= paper.Bytes.Length / 2)) await tick.WaitForNextTickAsync(Ct);
        await broken.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    sealed class HalfBody(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length) => (length = bytes.Length) > 0;
    }

    [Fact]
    public async Task What_broke_off_goes_on_after_a_restart_of_the_server_and_is_built()
    {
        var site = await Site.Open();
        var paper = Source("hello", 1_000_000);
        await Half(site, paper, site.AdminToken);
        await site.Stop();
        await using var again = await Site.Open(site.Data);

        var come = await again.Admin.Source(paper.Sha256, Ct);
        Assert.Equal((paper.Bytes.Length / 2, false), (come.Bytes, come.Kept));
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => again.Admin.SubmitUrl(Of(paper), Ct))).Status);
        await again.Admin.SendSource(new MemoryStream(paper.Bytes, (int)come.Bytes, paper.Bytes.Length - (int)come.Bytes), paper.Sha256, paper.FileName, come.Bytes, Ct);
        var (first, second) = (await again.Admin.SubmitUrl(Of(paper), Ct), await again.Admin.SubmitUrl(Of(paper), Ct));

        Assert.Equal(("hello-1-1", "hello-1-1"), (first.Nvr, second.Nvr));
        var builder = new PaperBuilder(again.LocalBuilder);
        var run = await builder.Lease();
        Assert.Equal(paper.Sha256, run.Srpm.Sha256);
        await using var srpm = await builder.Contract.OpenSrpm(run.RunId, 0, Ct);
        Assert.Equal(paper.Sha256, Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(srpm, Ct)));
        Assert.Empty(Directory.GetFiles(Incoming(again)));
    }

    [Fact]
    public async Task What_a_person_has_on_its_way_is_theirs_and_bounded()
    {
        await using var site = await Site.Open(null, null, "--Skyline:UnfinishedBytesPerPerson=200000");
        var (ann, bob) = (await site.Admin.AddPerson(new("ann"), Ct), await site.Person("bob"));
        var (one, other, third) = (Source("one", 500_000), Source("other", 100_000), Source("third", 100_000));
        await Half(site, one, ann.Token);
        var annAsks = new SkylineClient(site.Http(ann.Token));

        Assert.Equal(0, (await bob.Source(one.Sha256, Ct)).Bytes);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => annAsks.SendSource(other.Open(), other.Sha256, other.FileName, 0, Ct));
        Assert.Equal(429, refused.Status);
        Assert.Contains("(Skyline:UnfinishedBytesPerPerson)", refused.Message, StringComparison.Ordinal);
        await bob.SendSource(other.Open(), other.Sha256, other.FileName, 0, Ct);
        // It is the others that count: what is on its way may become whole.
        var come = (int)(await annAsks.Source(one.Sha256, Ct)).Bytes;
        await annAsks.SendSource(new MemoryStream(one.Bytes, come, one.Bytes.Length - come), one.Sha256, one.FileName, come, Ct);
        await annAsks.SendSource(third.Open(), third.Sha256, third.FileName, 0, Ct);
        Assert.Empty(Directory.GetFiles(Incoming(site)));
    }

    [Fact]
    public async Task What_was_begun_with_a_token_that_was_revoked_becomes_nothing()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        var paper = Source("hello", 1_000_000);
        var token = await ann.CreateToken(new("ci", ["build"]), Ct);
        await Half(site, paper, token.Token);
        await ann.RevokeToken(token.Id, Ct);
        var gone = new SkylineClient(site.Http(token.Token));

        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => gone.SendSource(new MemoryStream(paper.Bytes, paper.Bytes.Length / 2, paper.Bytes.Length / 2), paper.Sha256, paper.FileName, paper.Bytes.Length / 2, Ct))).Status);
        Assert.False((await ann.Source(paper.Sha256, Ct)).Kept);
        Assert.Empty((await site.Admin.Builds(Ct)).Builds);
    }

    [Fact]
    public async Task What_comes_to_another_digest_is_thrown_away_as_a_whole()
    {
        await using var site = await Site.Open();
        var (paper, other) = (Source("hello", 1_000_000), Source("hello", 1_000_001));
        await Half(site, paper, site.AdminToken);
        var come = (int)(await site.Admin.Source(paper.Sha256, Ct)).Bytes;

        // The file was changed meanwhile.
        Assert.InRange((await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SendSource(new MemoryStream(other.Bytes, come, other.Bytes.Length - come), paper.Sha256, paper.FileName, come, Ct))).Status, 400, 409);
        Assert.Equal((0, false), await site.Admin.Source(paper.Sha256, Ct) is var state ? (state.Bytes, state.Kept) : default);
    }

    [Fact]
    public async Task What_would_be_refused_is_said_before_it_is_sent()
    {
        await using var site = await Site.Open();
        var paper = Source("hello");

        await site.Admin.PreviewBuild(Of(paper), Ct);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PreviewBuild(Of(paper, "nowhere"), Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PreviewBuild(Of(paper) with { Draft = true }, Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SubmitUrl(Of(paper) with { Url = "https://example.org/x.src.rpm" }, Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SubmitUrl(Of(paper) with { Sha256 = "../../etc/passwd" }, Ct))).Status);
        Assert.Empty((await site.Admin.Builds(Ct)).Builds);
    }

    [Fact]
    public async Task What_never_comes_whole_goes_after_a_day()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, later));
        await Half(site, Source("hello", 1_000_000), site.AdminToken);
        await site.Part<SweepSources>().Run(Ct);
        Assert.Single(Directory.GetFiles(Incoming(site)));

        later.Pass(TimeSpan.FromHours(25));
        await site.Part<SweepSources>().Run(Ct);

        Assert.Empty(Directory.GetFiles(Incoming(site)));
    }
}
