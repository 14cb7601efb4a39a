using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>
/// Real packages, built one and all by a real builder, and a library of theirs that comes with a new soname: what must be rebuilt is planned, rebuilt
/// beside the tag, and merged into it; then plain dnf installs it, and it runs. What is expected is written in tests/corpus.
/// </summary>
sealed class SonameBump : IAsyncDisposable
{
    const string Tag = "testos";

    readonly Appliance site;
    readonly IReadOnlyList<string> packages;
    readonly CancellationToken ct;
    readonly IReadOnlyList<ExpectedRebuild> expected;
    IReadOnlyDictionary<string, long> before = new Dictionary<string, long>();
    BuildDetails? library;
    BumpPlan? plan;

    SonameBump(Appliance site, IReadOnlyList<string> packages, CancellationToken ct)
    {
        (this.site, this.packages, this.ct) = (site, packages, ct);
        expected = [.. from one in Corpus.Rebuilds where packages.Contains(one.Package) select one with { After = [.. one.After.Intersect(packages)] }];
    }

    /// <param name="packages">Folders of the corpus, the old library's among them.</param>
    public static async Task<SonameBump> Begin(IReadOnlyList<string> packages, CancellationToken ct)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        var site = await Appliance.Start(ct);
        await site.StartBuilder("corpus", slots: 2);
        return new(site, packages, ct);
    }

    /// <summary>Nothing is taken from an earlier run: each is built against those that were built before it.</summary>
    public async Task BuildsAll()
    {
        foreach (var wave in Corpus.Order.Select(wave => wave.Intersect(packages).ToList()))
        {
            var builds = new List<BuildDetails>();
            foreach (var package in wave) builds.Add(await site.Submit(Corpus.SourcePackage(package)));
            foreach (var build in builds) Say(await site.UntilComplete(build.Id));
        }
        before = await Held();
        Assert.Equal(packages.Order(StringComparer.Ordinal), before.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>From a scratch build of the new library, which changes nothing; what needs the old one is held against what dnf says of it.</summary>
    public async Task Plans()
    {
        library = await site.UntilComplete((await site.Submit(Corpus.SourcePackage(Corpus.NewLibrary), scratch: true)).Id);
        Say(library);
        plan = await site.Admin.PlanBump(new(Tag, library.Id), ct);

        Assert.Equal(expected.Select(Line).Order(StringComparer.Ordinal), plan.Rebuilds.Select(one => Line(new(one.Package, one.Wave, one.After))).Order(StringComparer.Ordinal));
        Assert.Equal(await DnfSaysThatNeed(Corpus.Gone), expected.Select(one => one.Package).Append(Corpus.Library).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Select(one => one.Package).Concat(Corpus.Through.Keys.Intersect(packages)).Order(StringComparer.Ordinal), plan.Broken.Select(one => one.Source).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Corpus.Gone, gone => Assert.Contains(gone, plan.Gone));
        Assert.All(Corpus.Come, come => Assert.Contains(come, plan.Come));
        Assert.Empty(plan.CannotRebuild.Concat(plan.NoLongerBuild));
        Assert.Equal(before, await Held());
    }

    static string Line(ExpectedRebuild one) => $"{one.Package} in wave {one.Wave} after {string.Join(' ', one.After.Order(StringComparer.Ordinal))}";

    /// <summary>In a side tag, the tag itself left as it is; each after what it needs.</summary>
    /// <returns>The number of the mass rebuild.</returns>
    public async Task<long> Rebuilds()
    {
        var id = (await site.Admin.PlanBump(new(Tag, library!.Id, Start: true, Digest: plan!.Digest), ct)).MassRebuild!.Value;
        var batch = await site.Admin.Batch(id, ct);
        while (batch.State == BatchState.Running) batch = await site.Admin.WaitBatch(id, batch.Revision, 30, ct);
        var members = (await site.Admin.BatchMembers(id, ct)).Members;

        Assert.True(batch.State == BatchState.Complete, $"The mass rebuild is {batch.State}: {batch.Why} {string.Join(' ', members.Select(member => $"{member.Package}: {member.State} {member.Why}"))}");
        Assert.Equal(expected.Select(one => one.Package).Append(Corpus.Library).Order(StringComparer.Ordinal), members.Select(member => member.Package).Order(StringComparer.Ordinal));
        await WereInOrder(members);
        Assert.Equal(before, await Held());
        return id;
    }

    async Task WereInOrder(IReadOnlyList<BatchMember> members)
    {
        var builds = new Dictionary<string, BuildDetails>();
        foreach (var member in members) builds.Add(member.Package, await site.Admin.Build(member.Build!.Value, ct));
        foreach (var build in builds.Values) Say(build);
        foreach (var one in expected)
            foreach (var needs in one.After.Append(Corpus.Library))
                Assert.True(builds[one.Package].Tasks.SelectMany(task => task.Runs).Min(run => run.LeasedAt) >= builds[needs].EndedAt, $"{one.Package} was begun before {needs} was there.");
    }

    /// <summary>At once, and nothing else changes.</summary>
    public async Task Merges(long rebuild)
    {
        Assert.Empty((await site.Admin.MergeMassRebuild(rebuild, force: false, preview: true, ct)).Breaks);
        await site.Admin.MergeMassRebuild(rebuild, force: false, preview: false, ct);

        var after = await Held();
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(expected.Select(one => one.Package).Append(Corpus.Library).Order(StringComparer.Ordinal), after.Where(one => before[one.Key] != one.Value).Select(one => one.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>All of what was rebuilt and of what needs it, in an empty root, with every signature checked; nothing of it wants the old library, and it runs.</summary>
    public async Task Installs()
    {
        var root = await Root("installed");
        var held = await Held();
        var names = new List<string>();
        foreach (var package in expected.Select(one => one.Package).Concat(Corpus.Through.Keys.Intersect(packages)).Append(Corpus.Library))
            names.AddRange((await site.Admin.Build(held[package], ct)).Rpms.Where(rpm => rpm.Arch is "x86_64" or "noarch" && !rpm.FileName.Contains("-debug", StringComparison.Ordinal)).Select(rpm => rpm.Nevra));
        (await root.Dnf(["install", "bash", "coreutils", "grep", "rpm", .. names])).Ok("dnf install");

        Assert.Empty((await root.Run("rpm", "-qa", "--qf", "[%{REQUIRENAME}\n]")).Ok("rpm -qa").Split('\n').Intersect(Corpus.Gone));
        foreach (var (package, command) in Corpus.Runs.Where(run => packages.Contains(run.Package)))
            (await root.Run("sh", "-c", $"mkdir -p /tmp/runs && cd /tmp/runs && {command}")).Ok($"{package}: {command}");
    }

    /// <summary>Source packages of the tag whose packages require what goes, as the served repository has it.</summary>
    async Task<IEnumerable<string>> DnfSaysThatNeed(IReadOnlyList<string> capabilities)
    {
        var root = await Root("asked");
        var said = (await root.Dnf(["-q", "repoquery", .. capabilities.SelectMany(one => new[] { "--whatrequires", one }), "--qf", "from %{sourcerpm}\n"])).Ok("dnf repoquery");
        return said.Split('\n').Where(line => line.StartsWith("from ", StringComparison.Ordinal)).Select(line => NameOf(line["from ".Length..])).Distinct().Order(StringComparer.Ordinal);
    }

    Task<FreshRoot> Root(string name) => FreshRoot.Make(Directory.CreateDirectory(Path.Combine(site.Folder, name)).FullName, site.Server.Http(), Tag, ct);

    /// <summary>The tag's build of each package.</summary>
    async Task<IReadOnlyDictionary<string, long>> Held() => (await site.Admin.Tag(Tag, ct)).Builds.GroupBy(build => NameOf(build.Nvr)).ToDictionary(package => package.Key, package => package.Max(build => build.Id));

    /// <param name="nvr">"NAME-VERSION-RELEASE", with anything after it that has no dash.</param>
    static string NameOf(string nvr) => string.Join('-', nvr.Split('-')[..^2]);

    static void Say(BuildDetails build) => TestContext.Current.TestOutputHelper!.WriteLine($"{build.Nvr}: {string.Join(", ", build.Timings.Select(step => $"{step.Key} {step.Value:0.0} s"))}");

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
