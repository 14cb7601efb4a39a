using System.Net.Sockets;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;
using Skyline.Server.Tests.Builders;

namespace Skyline.Server.Tests.Tasks;

/// <summary>Results over connections that break.</summary>
public sealed class ResumedUploadTests
{
    const int Part = 20 << 20;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly Paper large = Papers.Source("hello", "1", "1", payloadBytes: 50 << 20);

    [Fact]
    public async Task A_result_whose_connection_breaks_goes_on_from_there_and_is_kept_whole()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Leased(site);
        await using (await Begin(site, run, Part)) await Came(site, run, Part);

        var state = await builder.Contract.Uploaded(run, large.FileName, large.Sha256, Ct);
        var whole = await Rest(builder, run, (int)state.Bytes);

        Assert.Equal(new UploadState(Part, false), state);
        Assert.Equal(new ResultFile(large.FileName, large.Sha256, large.Bytes.Length), whole);
        Assert.Equal(new UploadState(large.Bytes.Length, true), await builder.Contract.Uploaded(run, large.FileName, large.Sha256, Ct));
        Assert.Empty(Incoming(site));
        Assert.Equal(large.Sha256, Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(File.OpenRead(Path.Combine(site.Data, "blobs", large.Sha256[..2], large.Sha256[2..])), Ct)));
    }

    [Fact]
    public async Task A_connection_that_hangs_is_given_up_for_the_next()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Leased(site);
        await using var hanging = await Begin(site, run, Part);
        await Came(site, run, Part);

        Assert.Equal(Part, (await builder.Contract.Uploaded(run, large.FileName, large.Sha256, Ct)).Bytes);

        await Rest(builder, run, Part);
        await Assert.ThrowsAnyAsync<IOException>(async () => Assert.Equal(0, await hanging.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: true, Ct)));
    }

    [Fact]
    public async Task What_has_come_stays_wherever_it_is_noticed_that_the_sender_went()
    {
        await using var site = await Site.Open();
        var (blobs, unfinished) = (site.Part<Blobs>(), Path.Combine(site.Data, "incoming", "source-7-cut"));
        using var gone = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blobs.Receive(unfinished, new MemoryStream(new byte[3000]), 5000, async stream =>
        {
            await stream.ReadExactlyAsync(new byte[2000], Ct);
            await gone.CancelAsync();
            gone.Token.ThrowIfCancellationRequested();
            return true;
        }, gone.Token));
        Assert.Equal(2000, new FileInfo(unfinished).Length);

        await Assert.ThrowsAsync<BadRpmException>(() => blobs.Receive<bool>(unfinished, new MemoryStream(new byte[1000]), 5000, _ => throw new BadRpmException("bad"), Ct));
        Assert.False(File.Exists(unfinished));
    }

    [Fact]
    public async Task A_gap_is_refused_with_the_offset_to_go_on_from_and_zero_begins_anew()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Leased(site);
        await using (await Begin(site, run, Part)) await Came(site, run, Part);

        foreach (var wrong in new[] { Part - 1, Part + 1 })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => Rest(builder, run, wrong));
            Assert.Equal((416, $"hello-1-1.src.rpm goes on from byte {Part}, not {wrong}; ask how far it has come, and send the rest."), (refused.Status, refused.Message));
        }
        Assert.Equal(large.Bytes.Length, (await Rest(builder, run, 0)).Size);
        Assert.Empty(Incoming(site));
    }

    [Fact]
    public async Task What_comes_to_another_digest_than_announced_is_refused_and_begins_anew()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Leased(site);
        await using (await Begin(site, run, Part)) await Came(site, run, Part);
        var other = large.Bytes[Part..];
        other[^1] ^= 1;

        var refused = await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.PutFile(run, large.FileName, new MemoryStream(other), large.Sha256, Ct, Part));

        Assert.Equal(400, refused.Status);
        Assert.Equal(new UploadState(0, false), await builder.Contract.Uploaded(run, large.FileName, large.Sha256, Ct));
        Assert.Empty(Incoming(site));
    }

    [Fact]
    public async Task Nobody_but_the_holder_may_ask_or_go_on_and_what_came_is_gone_when_the_run_is_over()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Leased(site);
        var stranger = new PaperBuilder(await site.Enrol("stranger"));
        await using (await Begin(site, run, Part)) await Came(site, run, Part);
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => stranger.Contract.Uploaded(run, large.FileName, large.Sha256, Ct))).Status);
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => Rest(stranger, run, Part))).Status);
        await site.Part<ExpireLeases>().SweepFiles(Ct);
        Assert.Single(Incoming(site));

        await builder.Report(run, RunOutcome.Failed, "rpmbuild failed.");
        await site.Part<ExpireLeases>().SweepFiles(Ct);

        Assert.Empty(Incoming(site));
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => Rest(builder, run, Part))).Status);
    }

    [Fact]
    public async Task After_a_restart_of_the_server_it_begins_anew()
    {
        var site = await Site.Open();
        var (_, run) = await Leased(site);
        await using (await Begin(site, run, Part)) await Came(site, run, Part);
        await site.Stop();
        await using var again = await Site.Open(site.Data);
        var builder = new PaperBuilder(again.LocalBuilder);

        Assert.Equal(0, (await builder.Contract.Uploaded(run, large.FileName, large.Sha256, Ct)).Bytes);
        await Rest(builder, run, 0);
    }

    [Fact]
    public async Task More_than_a_few_files_at_once_are_not_begun()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Leased(site);
        var begun = new List<NetworkStream>();
        for (var one = 0; one < UnfinishedFiles.Most; one++) begun.Add(await Begin(site, run, 1000, sha256: one.ToString("x64", System.Globalization.CultureInfo.InvariantCulture)));
        await Until(() => Incoming(site).Length == UnfinishedFiles.Most);

        Assert.Equal(429, (await Assert.ThrowsAsync<RefusedException>(() => Rest(builder, run, 0))).Status);

        foreach (var connection in begun) await connection.DisposeAsync();
    }

    static async Task<(PaperBuilder Builder, long Run)> Leased(Site site)
    {
        await site.Submit();
        var builder = new PaperBuilder(site.LocalBuilder);
        return (builder, (await builder.Lease()).RunId);
    }

    static Task<ResultFile> Rest(PaperBuilder builder, long run, int offset) =>
        builder.Contract.PutFile(run, large.FileName, new MemoryStream(large.Bytes, offset, large.Bytes.Length - offset), large.Sha256, Ct, offset);

    /// <summary>Announces all of the file and sends its first bytes.</summary>
    static async Task<NetworkStream> Begin(Site site, long run, int bytes, string? sha256 = null)
    {
        var connection = await RawHttp.Ask(site.Address,
            $"PUT /api/runs/{run}/files/{large.FileName}?sha256={sha256 ?? large.Sha256} HTTP/1.1\r\nHost: {site.Address.Authority}\r\nAuthorization: Bearer {site.BuilderToken}\r\nContent-Length: {large.Bytes.Length}\r\n\r\n");
        await connection.WriteAsync(large.Bytes.AsMemory(0, bytes), Ct);
        return connection;
    }

    static FileInfo[] Incoming(Site site) => new DirectoryInfo(Path.Combine(site.Data, "incoming")).GetFiles();

    /// <summary>Until so much of it is on the server's disk.</summary>
    static Task Came(Site site, long run, long bytes) => Until(() => Incoming(site).SingleOrDefault(file => file.Name.StartsWith($"run-{run}-", StringComparison.Ordinal))?.Length == bytes);

    static async Task Until(Func<bool> so)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!so()) await tick.WaitForNextTickAsync(Ct);
    }
}
