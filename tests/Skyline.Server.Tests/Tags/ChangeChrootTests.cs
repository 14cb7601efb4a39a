using Skyline.Protocol;

namespace Skyline.Server.Tests.Tags;

/// <summary>A tag's buildroots are made by another chroot from now on.</summary>
public sealed class ChangeChrootTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Beside paper-1: its next version, one that mock makes, and one for fewer architectures whose i686 is its own machine's.</summary>
    static async Task<Site> Open()
    {
        var data = Directory.CreateTempSubdirectory("skyline-site-").FullName;
        Directory.CreateDirectory(Path.Combine(data, "chroots"));
        foreach (var (name, arches, more) in new[]
        {
            ("paper-2", """ "x86_64": {}, "aarch64": {}, "i686": { "buildroot": "x86_64" } """, ""), ("mocked-2", """ "x86_64": {}, "aarch64": {}, "i686": {} """, """, "engine": "mock" """), ("small-2", """ "x86_64": {}, "i686": {} """, ""),
        })
            await File.WriteAllTextAsync(Path.Combine(data, "chroots", $"{name}.json"), $$"""
                { "name": "{{name}}", "title": "Paper, the second", "releaseVersion": "2", "arches": { {{arches}} }, "packages": ["@build"],
                  "repos": [{ "id": "paper", "baseUrl": "file:///nonexistent/paper", "gpgCheck": false }], "macros": { "dist": ".pp2" }{{more}} }
                """, Ct);
        return await Site.Open(data);
    }

    static Task<TagChanged> To(Site site, string chroot, bool preview = false, IReadOnlyList<string>? arches = null) => site.Admin.SetTag("paper", new(Chroot: chroot, Arches: arches), preview, Ct);

    static async Task<BuildDetails> Submit(Site site, string name, string arch = "x86_64")
    {
        var srpm = Papers.Source(name, "1", "1", exclusiveArch: arch);
        return await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
    }

    [Fact]
    public async Task What_waits_is_made_in_the_new_one_what_runs_goes_on_and_what_was_is_history()
    {
        await using var site = await Open();
        var builder = new PaperBuilder(site.LocalBuilder);
        var runs = await Submit(site, "runs");
        var running = await builder.Lease();
        var waits = await Submit(site, "waits");
        var before = (await site.Admin.TagEvents("paper", Ct)).Events[0].Id;

        var preview = await To(site, "paper-2", preview: true);
        Assert.Equal("paper-1", (await site.Admin.Tag("paper", Ct)).Chroot);
        var done = await To(site, "paper-2");

        Assert.Equal(["paper: built from the chroot paper-2"], done.Done);
        Assert.Equal(preview.Notes, done.Notes);
        Assert.Contains("What is built stays as it is", done.Notes[0], StringComparison.Ordinal);
        Assert.Equal(["1 run that waits is made in it too.", $"Running, and going on in paper-1: build {runs.Id}. An architecture of it that still waits is made in paper-2; cancel what should not be of both."], done.Notes.Skip(1));
        Assert.Equal("paper-1", running.Buildroot.Chroot);
        await builder.Deliver(running, Papers.Source("runs", "1", "1"), Papers.Binary("runs", "1", "1"));
        var next = await builder.Build(Papers.Source("waits", "1", "1"), Papers.Binary("waits", "1", "1"));
        Assert.Equal((waits.Id, "paper-2", "2", ".pp2"), (next.BuildId, next.Buildroot.Chroot, next.Buildroot.ReleaseVersion, next.Buildroot.Macros["dist"]));
        Assert.Equal(("paper-1", "paper-2"), ((await site.Admin.Tag("paper", null, before, Ct)).Chroot, (await site.Admin.Tag("paper", Ct)).Chroot));
        Assert.Contains("built from the chroot paper-2", (await site.Admin.TagEvents("paper", Ct)).Events.Select(one => one.What));
        Assert.Contains("<dt>built from</dt><dd>paper-2</dd>", await site.Http().GetStringAsync("tags/paper", Ct));
    }

    [Fact]
    public async Task What_waits_goes_to_builders_that_have_its_engine_and_its_architecture()
    {
        await using var site = await Open();
        await site.Admin.SetTag("paper", new(Arches: ["x86_64", "i686"]), preview: false, Ct);
        var plain = new PaperBuilder(site.LocalBuilder);
        var build = await Submit(site, "old", "i686");
        var noarch = Papers.Source("words", "1", "1", buildArch: "noarch");
        await site.Admin.Submit(noarch.Open(), noarch.FileName, "paper", scratch: false, Ct);

        var done = await To(site, "mocked-2");

        Assert.Contains("No builder here can make its buildroots yet: they need mock.", done.Notes);
        Assert.Null(await plain.TryLease());
        // (paper-1 makes i686 on x86_64, mocked-2 on i686; noarch is anybody's.)
        var (other, mocked) = (new PaperBuilder(await site.Enrol("other"), "x86_64") { Engines = ["mock"] }, new PaperBuilder(await site.Enrol("mocked"), "i686") { Engines = ["mock"] });
        var run = await mocked.Lease();
        var any = await other.Lease();
        Assert.Equal(("words-1-1", "noarch"), (any.Nvr, any.Arch));
        Assert.Null(await other.TryLease());
        Assert.Equal((build.Id, "mocked-2", "mock", "i686"), (run.BuildId, run.Buildroot.Chroot, run.Buildroot.Engine, run.Buildroot.BuildrootArch));
    }

    [Fact]
    public async Task A_run_whose_answer_was_lost_is_given_again_as_it_was_begun()
    {
        await using var site = await Open();
        var build = await Submit(site, "hello");
        var question = new LeaseRequest(["x86_64"], "0.1.0", "paper", 0, Question: "q1");
        var first = await site.LocalBuilder.Lease(question, Ct);

        await To(site, "paper-2");
        var again = await site.LocalBuilder.Lease(question, Ct);

        Assert.Equal((build.Id, first!.RunId, "paper-1"), (again!.BuildId, again.RunId, again.Buildroot.Chroot));
    }

    [Fact]
    public async Task One_that_is_unknown_or_lacks_an_architecture_is_refused_and_copies_have_their_own()
    {
        await using var site = await Open();
        await site.Admin.CreateSideTag(new(null, null, "paper"), Ct);

        Assert.Contains("There is no chroot 'fedora-99' here", await Moving.Refused(To(site, "fedora-99"), 400), StringComparison.Ordinal);
        Assert.StartsWith("Chroot 'small-2' has no aarch64, which 'paper' is built for; it has x86_64, i686.", await Moving.Refused(To(site, "small-2"), 409), StringComparison.Ordinal);
        var done = await To(site, "small-2", arches: ["x86_64"]);
        await site.Admin.CloneTag("paper", new("copy"), Ct);
        var side = await site.Admin.CreateSideTag(new(null, null, "paper"), Ct);

        Assert.Contains("A chroot is not inherited: 'paper-side-1' stays on paper-1.", done.Notes);
        Assert.Equal(["paper-1", "small-2", "small-2"], [.. await Task.WhenAll(((string[])["paper-side-1", "copy", side.SideTag.Name]).Select(async name => (await site.Admin.Tag(name, Ct)).Chroot))]);
        Assert.Equal(["paper: built from the chroot paper-2"], (await To(site, "paper-2")).Done);
        await Moving.Refused((await site.Person("kim")).SetTag("paper", new(Chroot: "paper-1"), preview: false, Ct), 403);
    }
}
