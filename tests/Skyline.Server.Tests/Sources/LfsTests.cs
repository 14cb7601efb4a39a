using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Sources;
using Skyline.Testing;

namespace Skyline.Server.Tests.Sources;

/// <summary>Files in Git LFS, by a server that speaks its batch API, and by servers that lie.</summary>
public sealed class LfsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Sha256(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    static string Pointer(string content, int? size = null) => $"version https://git-lfs.github.com/spec/v1\noid sha256:{Sha256(content)}\nsize {size ?? content.Length}\n";

    /// <summary>Lets a host answer for files in LFS: what it is asked is kept, and what it says can be changed.</summary>
    sealed class Lfs
    {
        readonly Dictionary<string, string> contents = [];

        public List<string> Batches { get; } = [];
        public List<string> Downloads { get; } = [];
        public Func<string, JsonObject, JsonObject> Says { get; set; } = (_, said) => said;

        public Lfs(GitHost git, params string[] kept)
        {
            foreach (var content in kept) contents[Sha256(content)] = content;
            git.Before = async http =>
            {
                if (http.Request.Path.Value!.EndsWith("/info/lfs/objects/batch", StringComparison.Ordinal)) await Answer(http, git);
                else if (http.Request.Path.StartsWithSegments("/lfs", out var oid)) await Send(http, oid.Value!.Trim('/'));
                else return false;
                return true;
            };
        }

        async Task Answer(HttpContext http, GitHost git)
        {
            var asked = await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body);
            Batches.Add($"{http.Request.Method} {http.Request.Path} {http.Request.ContentType} {asked!["operation"]}");
            var objects = new JsonArray();
            foreach (var one in asked["objects"]!.AsArray())
            {
                var oid = (string)one!["oid"]!;
                var said = new JsonObject { ["oid"] = oid, ["size"] = (long)one["size"]! };
                if (contents.ContainsKey(oid)) said["actions"] = new JsonObject { ["download"] = new JsonObject { ["href"] = git.Url("lfs/" + oid), ["header"] = new JsonObject { ["X-Ticket"] = oid[..8] } } };
                else said["error"] = new JsonObject { ["code"] = 404, ["message"] = "Object does not exist" };
                objects.Add(Says(oid, said));
            }
            http.Response.ContentType = "application/vnd.git-lfs+json";
            await http.Response.WriteAsync(new JsonObject { ["transfer"] = "basic", ["objects"] = objects }.ToJsonString());
        }

        async Task Send(HttpContext http, string oid)
        {
            Downloads.Add($"{oid[..8]} {http.Request.Headers["X-Ticket"]}");
            if (contents.TryGetValue(oid, out var content)) await http.Response.WriteAsync(content);
            else http.Response.StatusCode = 404;
        }
    }

    static async Task<Dictionary<string, string>> Built(Site site, NewSourceBuild wanted)
    {
        var builder = new PaperBuilder(site.LocalBuilder);
        var build = await site.Admin.SubmitSource(wanted, Ct);
        var known = await SourceBuildTests.Until(site, build.Id, now => now.Source!.Commit is not null || now.State == BuildState.Failed);
        Assert.True(known.Source!.Commit is not null, known.Why);
        var run = await builder.Lease();
        var tree = await SourceBuildTests.Tree(builder.Contract, run);
        await builder.Report(run.RunId, RunOutcome.Failed, "Enough.");
        return tree;
    }

    [Fact]
    public async Task Files_in_lfs_come_in_the_place_of_their_pointers()
    {
        await using var git = await GitHost.Open();
        var (big, other) = (new string('b', 3_000_000), "other\n");
        await git.Repository("hello", ("hello.spec", "Name: hello\n"), ("hello-1.tar", Pointer(big)), ("packages/a/other.bin", Pointer(other)), ("like.txt", Pointer(other).Replace("sha256:", "sha1:", StringComparison.Ordinal)));
        var lfs = new Lfs(git, big, other);
        await using var site = await SourceBuildTests.Open();

        var all = await Built(site, new(git.Url("hello"), "paper"));
        var folder = await Built(site, new(git.Url("hello"), "paper", Subdirectory: "packages/a"));
        var none = await Built(site, new(git.Url("hello"), "paper", Lfs: false));

        Assert.Equal((big, other, "Name: hello\n"), (all["hello-1.tar"], all["packages/a/other.bin"], all["hello.spec"]));
        Assert.Contains("sha1:", all["like.txt"], StringComparison.Ordinal);
        // Of one folder, what is in it.
        Assert.Equal((Pointer(big), other), (folder["hello-1.tar"], folder["packages/a/other.bin"]));
        Assert.Equal((Pointer(big), Pointer(other)), (none["hello-1.tar"], none["packages/a/other.bin"]));
        Assert.All(lfs.Batches, batch => Assert.Equal("POST /hello.git/info/lfs/objects/batch application/vnd.git-lfs+json download", batch));
        Assert.Equal(2, lfs.Batches.Count);
        Assert.All(lfs.Downloads, one => Assert.Equal(one[..8], one[9..]));
    }

    [Fact]
    public async Task A_folder_whose_link_leads_elsewhere_has_what_that_leads_to()
    {
        await using var git = await GitHost.Open();
        var repository = await git.Repository("hello", ("common/big.tar", Pointer("big\n")), ("packages/a/a.spec", "Name: a\n"));
        File.CreateSymbolicLink(Path.Combine(repository.Folder, "packages", "a", "big.tar"), "../../common/big.tar");
        await repository.Commit(Ct);
        _ = new Lfs(git, "big\n");
        await using var site = await SourceBuildTests.Open();

        Assert.Equal("big\n", (await Built(site, new(git.Url("hello"), "paper", Subdirectory: "packages/a")))["common/big.tar"]);
    }

    [Fact]
    public async Task A_server_that_lacks_a_file_or_lies_about_it_ends_the_build_with_its_name()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"), ("big.tar", Pointer("big\n")));
        await git.Repository("small", ("hello.spec", "Name: hello\n"), ("big.tar", Pointer("big\n", size: 2)));
        await git.Repository("large", ("hello.spec", "Name: hello\n"), ("big.tar", Pointer("big\n", size: 2_000_000)));
        await git.Repository("huge", ("hello.spec", "Name: hello\n"), ("big.tar", Pointer("big\n").Replace("size 4", "size 9223372036854775807", StringComparison.Ordinal)));
        await using var site = await SourceBuildTests.Open("--Skyline:SourceBytes=3000000");
        Task<string> Why(string repository) => SourceBuildTests.Failure(site, new(git.Url(repository), "paper"));
        const string Begins = "'big.tar' is in Git LFS and could not be fetched: ";

        _ = new Lfs(git);
        Assert.Contains(Begins + "its server says: Object does not exist", await Why("hello"), StringComparison.Ordinal);
        var lfs = new Lfs(git, "big\n", "evil");
        lfs.Says = (_, said) => Leading(said, git.Url("lfs/" + Sha256("evil")));
        Assert.Contains($"{Begins}what came has the SHA-256 {Sha256("evil")}, not {Sha256("big\n")}", await Why("hello"), StringComparison.Ordinal);
        lfs.Says = (_, said) => said;
        Assert.Contains(Begins + "more came than the 2 bytes that it is", await Why("small"), StringComparison.Ordinal);
        Assert.Contains(Begins + "4 bytes came of the 2000000 that it is", await Why("large"), StringComparison.Ordinal);
        // Before anything of it is fetched.
        var asked = lfs.Batches.Count;
        Assert.Contains("MiB together (Skyline:SourceBytes)", await Why("huge"), StringComparison.Ordinal);
        Assert.Equal(asked, lfs.Batches.Count);
        lfs.Says = (_, said) =>
        {
            said["size"] = 5;
            return said;
        };
        Assert.Contains("it has another size than 4 bytes", await Why("hello"), StringComparison.Ordinal);
        lfs.Says = (_, said) =>
        {
            said["actions"]!["download"]!["header"] = new JsonObject { ["Host"] = "metadata.internal" };
            return said;
        };
        Assert.Contains("a header sent that is not its to want", await Why("hello"), StringComparison.Ordinal);
        lfs.Says = (_, said) => Leading(said, "file:///etc/passwd");
        Assert.Contains("an address for it that is not fetched from", await Why("hello"), StringComparison.Ordinal);
        git.Before = async http =>
        {
            if (!http.Request.Path.Value!.Contains("/info/lfs", StringComparison.Ordinal)) return false;
            await http.Response.WriteAsync("<html>");
            return true;
        };
        Assert.Contains("it has files in Git LFS, and", await Why("hello"), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(site.Data, "incoming")));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"), ("big.tar", Pointer("big\n")));
        git.Before = async http =>
        {
            if (http.Request.Path.Value!.Contains("/info/lfs", StringComparison.Ordinal)) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return false;
        };
        await using var site = await SourceBuildTests.Open("--Skyline:SourceSeconds=1");

        Assert.Contains("with all that belongs to it, it took longer than 4 s (4 times Skyline:SourceSeconds)", await SourceBuildTests.Failure(site, new(git.Url("hello"), "paper")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_disk_has_no_room_for_is_not_begun()
    {
        var room = new TreeRoom(new SkylineSettings(), () => 100);
        room.TakeFile(60);
        room.HoldAgainstDisk();
        room.TakeFile(101);

        Assert.Contains("disk has no room", Assert.Throws<GitFailedException>(room.HoldAgainstDisk).Message, StringComparison.Ordinal);
    }

    static JsonObject Leading(JsonObject said, string to)
    {
        said["actions"]!["download"]!["href"] = to;
        return said;
    }

    /// <summary>Where all that is near may be asked, nothing of this shows: so the repository is near, and what it leads to may not be.</summary>
    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://127.0.0.1:1/x")]
    [InlineData("http://[::ffff:127.0.0.1]:1/x")]
    [InlineData("http://localhost:1/x")]
    public async Task An_address_of_this_machine_or_of_a_clouds_secrets_is_not_asked(string to)
    {
        await using var git = await GitHost.Open();
        var lfs = new Lfs(git, "big\n") { Says = (_, said) => Leading(said, to) };
        var remote = new RemoteGit(GitUrl.Parse(git.Url("hello"), ["http"]).Url!, null, null, Nearness.Local, null);
        using var fetch = new FetchLfs(new SkylineSettings { GitSchemes = ["http"] });
        await using var tree = new TreeTar(new MemoryStream(), lfs: true);
        var file = new MissingFile("big.tar", UnixFileMode.UserRead, DateTimeOffset.UnixEpoch, new(Sha256("big\n"), 4), Encoding.UTF8.GetBytes(Pointer("big\n")));

        var refused = await Assert.ThrowsAsync<GitFailedException>(() => fetch.Fill(tree, [file], remote, new(new SkylineSettings(), () => long.MaxValue), Ct));

        Assert.Contains("which this server does not fetch from", refused.Message, StringComparison.Ordinal);
        Assert.Single(lfs.Batches);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", false)]
    [InlineData("version https://git-lfs.github.com/spec/v2\noid sha256:OID\nsize 4\n", false)]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:OID\nsize -4\n", false)]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:OID\n", false)]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:../../x\nsize 4\n", false)]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:OID\nsize 4\n", true)]
    [InlineData("version https://git-lfs.github.com/spec/v1\next-0-foo sha256:OID\noid sha256:OID\nsize 4\n", true)]
    public void A_pointer_is_what_the_specification_says(string text, bool isOne) =>
        Assert.Equal(isOne, LfsPointer.Of(Encoding.UTF8.GetBytes(text.Replace("OID", new string('0', 64), StringComparison.Ordinal))) is not null);
}
