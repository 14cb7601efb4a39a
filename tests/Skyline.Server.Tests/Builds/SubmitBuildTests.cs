using System.Net;
using System.Net.Http.Headers;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Server.Tests.Builds;

public sealed class SubmitBuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_package_becomes_a_waiting_build_that_says_what_it_waits_for()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");

        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);

        Assert.Equal(BuildState.Waiting, build.State);
        Assert.Equal("hello-2.12-1.pp1", build.Nvr);
        Assert.Equal(["x86_64", "aarch64"], build.Tasks.Select(task => task.Arch));
        Assert.Contains("Builder 'local' is enrolled and has never asked for work", build.Why);
    }

    [Fact]
    public async Task A_noarch_package_is_one_task_whatever_the_architectures()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("docs", "3", "1", buildArch: "noarch");

        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);

        Assert.Equal("noarch", Assert.Single(build.Tasks).Arch);
    }

    [Fact]
    public async Task The_same_package_twice_is_refused_and_the_earlier_build_is_named()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");
        var first = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct));

        Assert.Equal(409, refused.Status);
        Assert.Contains($"hello-2.12-1.pp1 is being built for paper already (build {first.Id})", refused.Message);
    }

    [Fact]
    public async Task What_is_refused_is_not_kept_and_what_a_build_is_of_is()
    {
        await using var site = await Site.Open();
        var first = Papers.Source("hello", "2.12", "1.pp1");
        var remade = Papers.Source("hello", "2.12", "1.pp1", payloadBytes: 500);
        await site.Admin.Submit(first.Open(), first.FileName, "paper", scratch: false, Ct);
        var kept = Blobs(site);

        foreach (var again in new[] { first, remade })
            Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(again.Open(), again.FileName, "paper", scratch: false, Ct))).Status);

        Assert.Equal(kept, Blobs(site));
        Assert.True(site.Part<Skyline.Server.Storage.Blobs>().Has(first.Sha256));
    }

    static string[] Blobs(Site site) => [.. Directory.GetFiles(Path.Combine(site.Data, "blobs"), "*", SearchOption.AllDirectories).Order()];

    [Fact]
    public async Task A_scratch_build_of_the_same_package_is_taken_any_number_of_times()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");

        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        var again = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);

        Assert.True(again.Scratch);
    }

    [Fact]
    public async Task A_package_named_like_another_is_refused()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(srpm.Open(), "goodbye-1-1.src.rpm", "paper", scratch: false, Ct));

        Assert.Equal(400, refused.Status);
        Assert.Contains("called goodbye-1-1.src.rpm, but the package in it is hello-2.12-1.pp1.src.rpm", refused.Message);
        NothingIsKept(site);
    }

    [Fact]
    public async Task A_binary_package_where_a_source_one_is_due_is_refused()
    {
        await using var site = await Site.Open();
        var rpm = Papers.Binary("hello", "2.12", "1.pp1");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(rpm.Open(), rpm.FileName, "paper", scratch: false, Ct));

        Assert.Equal(400, refused.Status);
        Assert.Contains("is a binary package; a build starts from a source package", refused.Message);
        NothingIsKept(site);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(700)]
    public async Task A_truncated_package_is_refused_with_a_sentence_and_nothing_is_kept(int bytes)
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(new MemoryStream(srpm.Bytes[..bytes]), srpm.FileName, "paper", scratch: false, Ct));

        Assert.Equal(400, refused.Status);
        NothingIsKept(site);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_payload_is_refused()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");
        var bytes = srpm.Bytes.ToArray();
        bytes[^20] ^= 0x10;

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(new MemoryStream(bytes), srpm.FileName, "paper", scratch: false, Ct));

        Assert.Equal(400, refused.Status);
        NothingIsKept(site);
    }

    [Fact]
    public async Task An_unknown_target_is_refused_and_the_known_ones_are_named()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(srpm.Open(), srpm.FileName, "rawhide", scratch: false, Ct));

        Assert.Equal(404, refused.Status);
        Assert.Contains("There is no target 'rawhide'; there are paper", refused.Message);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_taken_and_with_a_builders_neither()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");

        var anonymous = await Assert.ThrowsAsync<RefusedException>(() => new SkylineClient(site.Http()).Submit(srpm.Open(), srpm.FileName, "paper", false, Ct));
        var builder = await Assert.ThrowsAsync<RefusedException>(() => new SkylineClient(site.Http(site.BuilderToken)).Submit(srpm.Open(), srpm.FileName, "paper", false, Ct));

        Assert.Equal((401, 403), (anonymous.Status, builder.Status));
        NothingIsKept(site);
    }

    [Fact]
    public async Task A_full_disk_refuses_with_507_and_keeps_what_it_has()
    {
        var roomy = await Site.Open();
        await roomy.Stop();
        await using var site = await Site.Open(roomy.Data, null, $"--Skyline:DiskReserveBytes={long.MaxValue / 2}");
        var srpm = Papers.Source("hello", "2.12", "1.pp1");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct));

        Assert.Equal(507, refused.Status);
        Assert.Contains("disk is nearly full", refused.Message);
    }

    [Fact]
    public async Task More_than_the_limit_is_refused_with_413()
    {
        await using var site = await Site.Open(null, null, "--Skyline:MaxUploadBytes=2000");
        var srpm = Papers.Source("hello", "2.12", "1.pp1", payloadBytes: 20_000);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct));

        Assert.Equal(413, refused.Status);
        NothingIsKept(site);
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1", payloadBytes: 200_000);
        using var cancel = new CancellationTokenSource();
        var half = new PausedStream(srpm.Bytes);
        var request = new HttpRequestMessage(HttpMethod.Post, "api/builds?target=paper") { Content = new StreamContent(half) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var upload = site.Http(site.AdminToken).SendAsync(request, cancel.Token);
        await half.HalfSent;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        await site.Stop();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(site.Data, "incoming")));
        await using var again = await Site.Open(site.Data);
        Assert.Empty((await again.Admin.Builds(Ct)).Builds);
    }

    [Fact]
    public async Task A_package_at_a_url_is_fetched_and_queued()
    {
        await using var files = await FileHost.Open();
        await using var site = await Site.Open(null, null, "--Skyline:FetchFromLocalAddresses=true");
        var srpm = Papers.Source("hello", "2.12", "1.pp1");
        var url = files.Serve(srpm);

        var build = await site.Admin.SubmitUrl(new BuildFromUrl(url, "paper"), Ct);

        Assert.Equal("hello-2.12-1.pp1", build.Nvr);
    }

    [Fact]
    public async Task A_url_on_a_local_address_is_not_fetched_unless_the_site_says_so()
    {
        await using var files = await FileHost.Open();
        await using var site = await Site.Open();
        var url = files.Serve(Papers.Source("hello", "2.12", "1.pp1"));

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SubmitUrl(new BuildFromUrl(url, "paper"), Ct));

        Assert.Equal(400, refused.Status);
        Assert.Contains("loopback or link-local", refused.Message);
        Assert.Equal(0, files.Asked);
    }

    static void NothingIsKept(Site site)
    {
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(site.Data, "incoming")));
        Assert.Empty(site.Part<Skyline.Server.Storage.Database>().Read(db => Skyline.Server.Storage.Sql.All<long>(db, "SELECT id FROM builds")));
    }
}
