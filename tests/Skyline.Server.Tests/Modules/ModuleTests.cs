using System.Diagnostics;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Modules;

public sealed class ModuleTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Module(string stream, string summary = "Says hello") => $"""
        ---
        document: modulemd
        version: 2
        data:
          name: hello
          stream: "{stream}"
          version: 20260301
          context: deadbeef
          arch: x86_64
          summary: {summary}
          description: >-
            Says hello, in several ways.
          license:
            module: [MIT]
          profiles:
            common:
              rpms: [hello]
          artifacts:
            rpms: ["hello-0:{stream}-1.x86_64"]
        ...

        """;

    const string Defaults = """
        document: modulemd-defaults
        version: 1
        data:
          module: hello
          stream: "2.0"
          profiles:
            "2.0": [common]
        """;

    static Task<IReadOnlyList<ModuleDocument>> Set(Site site, string yaml, string tag = "paper") => site.Admin.SetModules(tag, new MemoryStream(Encoding.UTF8.GetBytes(yaml)), Ct);

    [Fact]
    public async Task Module_documents_are_served_as_they_were_given()
    {
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        using var sources = new RepoClient(site, "paper", "src");

        var taken = await Set(site, Module("1.0") + "# between\n" + Module("2.0") + "---\n" + Defaults);

        Assert.Equal(["modulemd 1.0", "modulemd 2.0", "modulemd-defaults "], taken.Select(document => $"{document.Document} {document.Stream}"));
        var served = await repo.Metadata("modules");
        Assert.Equal(Module("1.0") + Module("2.0") + "---\n" + Defaults + "\n...\n", served);
        Assert.Equal(served, await new StreamReader(await site.Admin.OpenModules("paper", Ct)).ReadToEndAsync(Ct));
        Assert.Null(await sources.Metadata("modules"));
        var repomd = await repo.Repomd();
        await Set(site, served!);
        Assert.Equal(repomd, await repo.Repomd());
        await site.Admin.RemoveModules("paper", Ct);
        Assert.Null(await repo.Metadata("modules"));
    }

    [Fact]
    public async Task The_nearer_tags_document_wins_and_the_others_are_inherited()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("heir", "paper-1", ["x86_64"], TagCompression.Gzip), Ct);
        await site.Admin.SetParents("heir", [new TagParent("paper", 1)], preview: false, Ct);
        using var repo = new RepoClient(site, "heir");
        await Set(site, Module("1.0") + Module("2.0"));

        await Set(site, Module("2.0", "Says it better"), "heir");

        Assert.Equal(Module("2.0", "Says it better") + Module("1.0"), await repo.Metadata("modules"));
        Assert.Equal([("2.0", "heir"), ("1.0", "paper")], (await site.Admin.Modules("heir", Ct)).Select(document => (document.Stream, document.Tag)));
    }

    [Theory]
    [InlineData("", "no document")]
    [InlineData("just text", "cannot be taken")]
    [InlineData("document: modulemd\nversion: 2\ndata: {name: a}", "does not say 'data.stream'")]
    [InlineData("document: modulemd-defaults\nversion: one\ndata: {module: a}", "not a number")]
    [InlineData("document: packager\nversion: 1\ndata: {module: a}", "not one of modulemd")]
    [InlineData("document: modulemd-defaults\nversion: 1\ndata: &a {module: a}\nmore: *a", "anchors or aliases")]
    [InlineData("document: modulemd-defaults\nversion: 1\ndata: {module: \"a\\nb\"}", "more than one line")]
    [InlineData("document: [modulemd", "cannot be taken")]
    [InlineData("document: \"\\UFFFFFFFF\"", "cannot be taken")]
    [InlineData("document: modulemd-defaults\nversion: 1\ndata: {module: a\u0007}", "U+0007")]
    [InlineData("document: modulemd-defaults\nversion: 1\ndata: {module: a}\u2028--- x", "U+2028")]
    [InlineData("document: modulemd-defaults\nversion: 1\ndata: {module: a}\r--- {}\r", "cannot be taken")]
    [InlineData("%YAML 1.2\n---\ndocument: modulemd-defaults\nversion: 1\ndata: {module: a}", "cannot be taken")]
    public async Task What_is_no_modules_yaml_is_refused(string yaml, string why)
    {
        await using var site = await Site.Open();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => Set(site, yaml));

        Assert.Equal(400, refused.Status);
        Assert.Contains(why, refused.Message);
    }

    [Fact]
    public async Task Nesting_without_end_and_bytes_that_are_no_text_are_no_danger()
    {
        await using var site = await Site.Open();
        var before = Process.GetCurrentProcess().TotalProcessorTime;

        foreach (var bomb in new[] { new string('[', 1_000_000), string.Concat(Enumerable.Repeat("[\n", 1_000_000)), string.Concat(Enumerable.Repeat("- ", 1_000_000)), string.Concat(Enumerable.Range(0, 1_000).Select(depth => new string(' ', depth) + "a:\n")) })
            Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => Set(site, bomb))).Status);
        var noText = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SetModules("paper", new MemoryStream([0xff, 0xfe, 0x00]), Ct));

        Assert.Contains("not UTF-8", noText.Message);
        Assert.True(Process.GetCurrentProcess().TotalProcessorTime - before < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Dnf_lists_a_module_and_enables_its_stream()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        await site.Admin.Import(Papers.Binary("hello", "1.0", "1").Open(), "paper", Ct);
        await site.Admin.Import(Papers.Binary("hello", "2.0", "1").Open(), "paper", Ct);
        await Set(site, Module("1.0") + Module("2.0") + "---\n" + Defaults);

        var listed = await repo.Dnf("--setopt=module_platform_id=platform:p1", "module", "list");
        var info = await repo.Dnf("--setopt=module_platform_id=platform:p1", "module", "info", "hello:1.0");

        Assert.Matches(@"hello\s+1\.0\s+common\s+Says hello", listed);
        Assert.Matches(@"hello\s+2\.0 \[d\]\s+common \[d\]\s+Says hello", listed);
        Assert.Contains("hello-0:1.0-1.x86_64", info);
    }
}
