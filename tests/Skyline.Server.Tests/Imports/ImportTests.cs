using System.Net;
using System.Net.Http.Json;
using Skyline.Protocol;
using Skyline.Server.Tests.Tags;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Imports;

public sealed class ImportTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly Paper hello = Papers.Binary("hello", "1", "1");

    static Task<HttpResponseMessage> Send(Site site, byte[] bytes, string to = "api/tags/paper/rpms") => site.Http(site.AdminToken).PostAsync(to, new ByteArrayContent(bytes), Ct);

    /// <summary>The sentence with which it is refused; nothing of it is kept.</summary>
    static async Task<string> Refused(Site site, byte[] bytes, HttpStatusCode status, string to = "api/tags/paper/rpms")
    {
        var before = Files(site);
        var answer = await Send(site, bytes, to);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(before, Files(site));
        return (await answer.Content.ReadFromJsonAsync(SkylineJson.Default.Problem, Ct))!.Detail!;
    }

    static IReadOnlyList<string> Files(Site site) =>
        [.. new[] { "blobs", "incoming" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(site.Data, folder), "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)];

    static Task<byte[]> Served(Site site) => site.Http().GetByteArrayAsync("repos/paper/x86_64/Packages/h/hello-1-1.x86_64.rpm", Ct);

    [Fact]
    public async Task Another_package_of_the_same_name_version_and_release_is_refused_and_the_first_stays_served()
    {
        await using var site = await Site.Open();
        Assert.Equal(HttpStatusCode.Created, (await Send(site, hello.Bytes)).StatusCode);
        await site.UpToDate("paper");
        var served = await Served(site);

        var why = await Refused(site, Papers.Binary("hello", "1", "1", summary: "Another one").Bytes, HttpStatusCode.Conflict);

        Assert.StartsWith("There is another hello-1-1.x86_64.rpm here already", why);
        await site.UpToDate("paper");
        Assert.Equal(served, await Served(site));
        Assert.Equal(["hello-1"], await site.Listed("paper"));
    }

    [Fact]
    public async Task The_same_package_sent_again_is_the_same_package_also_if_others_have_signed_it()
    {
        await using var site = await Site.Open();
        var first = await (await Send(site, hello.Bytes)).Content.ReadFromJsonAsync(SkylineJson.Default.ImportedRpm, Ct);
        var snapshot = await site.UpToDate("paper");
        var files = Files(site);

        var again = await Send(site, hello.Bytes);
        var signed = await Send(site, new SyntheticRpm("hello", "1", "1") { Reserve = 64, SourceRpm = "hello-1-1.src.rpm", Files = [new("/usr/share/hello/words", "hello\n"u8.ToArray())] }.Build());

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (again.StatusCode, signed.StatusCode));
        Assert.Equal(first, await again.Content.ReadFromJsonAsync(SkylineJson.Default.ImportedRpm, Ct));
        Assert.Equal(first, await signed.Content.ReadFromJsonAsync(SkylineJson.Default.ImportedRpm, Ct));
        Assert.Equal(files, Files(site));
        Assert.Equal(snapshot, await site.UpToDate("paper"));
    }

    [Fact]
    public async Task What_is_damaged_or_cut_short_is_refused_and_nothing_of_it_is_kept()
    {
        await using var site = await Site.Open();
        byte[] damaged = [.. hello.Bytes[..^1], (byte)(hello.Bytes[^1] ^ 1)];

        Assert.Contains("is damaged", await Refused(site, damaged, HttpStatusCode.BadRequest));
        Assert.Contains("was cut short", await Refused(site, hello.Bytes[..^1], HttpStatusCode.BadRequest));
        Assert.Contains("was cut short", await Refused(site, hello.Bytes[..500], HttpStatusCode.BadRequest));
        Assert.Contains("is not an RPM package", await Refused(site, "<html>"u8.ToArray(), HttpStatusCode.BadRequest));
        Assert.Empty((await site.Admin.Builds(Ct)).Builds);
    }

    [Fact]
    public async Task A_package_that_names_no_source_package_belongs_to_no_build_and_is_refused()
    {
        await using var site = await Site.Open();

        Assert.Contains("does not say which source package it was built from ('hello')", await Refused(site, Papers.Binary("hello", "1", "1", source: "hello").Bytes, HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_package_of_a_build_that_was_made_here_is_refused()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(srpm, hello);
        Assert.True((await site.Admin.WaitRepo("paper", ["hello-1-1"], 50, Ct)).Holds);

        Assert.StartsWith("hello-1-1 was built here", await Refused(site, Papers.Binary("hello-extra", "1", "1", source: "hello-1-1.src.rpm").Bytes, HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_package_that_the_tag_blocks_is_refused_there_and_can_be_imported_for_other_tags()
    {
        await using var site = await Site.Open();
        await site.Admin.Block("paper", new(["hello"]), preview: false, Ct);
        const string why = "hello is blocked in 'paper', so hello-1-1 cannot be tagged there; unblock it first.";

        Assert.Equal(why, await Refused(site, hello.Bytes, HttpStatusCode.Conflict));
        Assert.Equal(HttpStatusCode.Created, (await Send(site, hello.Bytes, "api/rpms")).StatusCode);
        Assert.Equal(why, await Moving.Refused(site.Add("paper", "hello-1-1"), 409));
        await site.Admin.Unblock("paper", new(["hello"]), preview: false, Ct);
        Assert.Equal(HttpStatusCode.OK, (await Send(site, hello.Bytes)).StatusCode);
        Assert.Equal(["hello-1"], await site.Listed("paper"));
    }

    [Fact]
    public async Task What_is_imported_names_a_tag_that_is_there_and_comes_from_an_administrator()
    {
        await using var site = await Site.Open();

        Assert.Equal("There is no tag 'none'.", await Refused(site, hello.Bytes, HttpStatusCode.NotFound, "api/tags/none/rpms"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Http().PostAsync("api/rpms", new ByteArrayContent(hello.Bytes), Ct)).StatusCode);
    }
}
