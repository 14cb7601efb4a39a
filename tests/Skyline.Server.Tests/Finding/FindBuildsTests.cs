using Skyline.Protocol;
using Skyline.Server.Finding;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Finding;

/// <summary>Whatever is asked of builds, the columns in memory say what a look at every row of the database would.</summary>
public sealed class FindBuildsTests
{
    const int Builds = 480;

    sealed record Row(long Id, string Nvr, string Package, string? Target, long? DestinationTag, long Scratch, long Draft, string State, string Owner, long? Batch, long SubmittedAt, long? EndedAt);

    [Fact]
    public async Task Whatever_is_asked_is_answered_as_looking_at_each_build_would_forwards_and_back_also_where_a_tag_is_private()
    {
        await using var site = await Site.Open();
        await Fill(site);
        var (find, random, asked) = (site.Part<FindBuilds>(), new Random(7), 0);
        foreach (var sight in new[] { null, Sight.Anybody })
            for (var n = 0; n < 250; n++)
            {
                var filter = Drawn(random);
                var (expected, said) = Sight.Through(sight, () => (Expected(site, filter), find.Page(filter, null, null, 500)));
                if (said.Builds.Count > 0 && !filter.IsAll) asked++;
                Assert.Equal(expected, said.Builds.Select(build => build.Id));
                if (!filter.IsAll) Assert.Equal(expected.Count, said.Found);
                Sight.Through(sight, () => Walk(find, filter, expected));
            }
        Assert.True(asked > 150, $"Only {asked} filters held of something.");
    }

    /// <summary>A million builds are read in some seconds, which who asks for the newest need not wait for.</summary>
    [Fact]
    public async Task Before_the_columns_are_read_all_builds_are_shown_without_them_and_no_private_one_to_who_may_not_see_it()
    {
        await using var site = await Site.Open();
        await Fill(site);
        var (find, all) = (site.Part<FindBuilds>(), new BuildFilter());

        var (everything, theirs) = (find.Page(all, null, null, 500), Sight.Through(Sight.Anybody, () => find.Page(all, null, null, 500)));

        Assert.Equal(Expected(site, all), Ids(everything));
        Assert.Equal(Sight.Through(Sight.Anybody, () => Expected(site, all)), Ids(theirs));
        Assert.NotEqual(everything.Builds.Count, theirs.Builds.Count);
        Sight.Through(Sight.Anybody, () => Walk(find, all, [.. Ids(theirs)]));
        Assert.False(site.Part<KeepColumns>().AreRead);
    }

    /// <summary>Through all pages and back again.</summary>
    static bool Walk(FindBuilds find, BuildFilter filter, IReadOnlyList<long> expected)
    {
        var (there, back, page) = (new List<long>(), new List<long>(), find.Page(filter, null, null, 7));
        Assert.Null(page.PreviousAfter);
        for (there.AddRange(Ids(page)); page.NextBefore is { } next && there.Count < 100; there.AddRange(Ids(page))) page = find.Page(filter, next, null, 7);
        Assert.Equal(expected.Take(there.Count), there);
        for (back.AddRange(Ids(page)); page.PreviousAfter is { } previous; back.InsertRange(0, Ids(page))) page = find.Page(filter, null, previous, 7);
        Assert.Equal(there, back);
        return true;
    }

    static IEnumerable<long> Ids(BuildPage page) => page.Builds.Select(build => build.Id);

    static BuildFilter Drawn(Random random)
    {
        var filter = new BuildFilter { Order = (BuildSort)random.Next(4) };
        for (var n = random.Next(4); n > 0; n--)
            filter = random.Next(11) switch
            {
                0 => filter with { States = [(BuildState)random.Next(6), (BuildState)random.Next(6)] },
                1 => filter with { Target = Pick(random, "paper", "two", "secret", "none") },
                2 => filter with { Tag = Pick(random, "paper", "two", "secret", "none") },
                3 => filter with { Package = Pick(random, "lib", "libfoo", "a", "zz") },
                4 => filter with { Owner = Pick(random, "ann", "bob", "nobody") },
                5 => filter with { Arch = Pick(random, "x86_64", "aarch64", "noarch", "s390x") },
                6 => filter with { Kind = (BuildKind)random.Next(3) },
                7 => filter with { Batch = random.Next(700, 702) },
                8 => filter with { Since = DateTimeOffset.FromUnixTimeSeconds(random.Next(Builds) * 1000) },
                9 => filter with { Until = DateTimeOffset.FromUnixTimeSeconds(random.Next(Builds) * 1000) },
                _ => filter with { Search = Pick(random, "FOO", "lib -1", "-1.", "2 bar", "nowhere") },
            };
        return filter;
    }

    static string Pick(Random random, params string[] some) => some[random.Next(some.Length)];

    /// <summary>Row by row, of what whoever asks sees of the database.</summary>
    static IReadOnlyList<long> Expected(Site site, BuildFilter filter) => site.Part<Database>().Read(db =>
    {
        var rows = db.All<Row>("""
            SELECT b.id AS Id, b.nvr AS Nvr, b.package AS Package, t.name AS Target, t.destination_tag_id AS DestinationTag, b.scratch AS Scratch, b.draft AS Draft, b.state AS State, u.name AS Owner, b.batch_id AS Batch, b.submitted_at AS SubmittedAt, b.ended_at AS EndedAt
            FROM builds b JOIN users u ON u.id = b.owner_id LEFT JOIN targets t ON t.id = b.target_id
            """);
        var arches = db.All<(long Build, string Arch)>("SELECT build_id, arch FROM build_tasks WHERE kind = 'buildArch'").ToLookup(row => row.Build, row => row.Arch);
        long? tag = filter.Tag is null ? null : db.One<long?>("SELECT id FROM tags WHERE name = @Tag", filter) ?? -1;
        var tagged = db.All<(long Build, long Tag)>("SELECT build_id, tag_id FROM tag_builds").ToLookup(row => row.Build, row => row.Tag);
        var found = rows.Where(row => Holds(row, filter, arches[row.Id].Contains, tag is null || row.DestinationTag == tag || tagged[row.Id].Contains(tag.Value))).ToList();
        return (IReadOnlyList<long>)[.. (filter.Order switch
        {
            BuildSort.Oldest => found.OrderBy(row => row.Id),
            BuildSort.Package => found.OrderBy(row => row.Package, StringComparer.Ordinal).ThenByDescending(row => row.Id),
            BuildSort.Duration => found.OrderByDescending(row => row.EndedAt is { } ended ? ended - row.SubmittedAt : -1).ThenByDescending(row => row.Id),
            _ => found.OrderByDescending(row => row.Id),
        }).Select(row => row.Id).Take(500)];
    });

    static bool Holds(Row row, BuildFilter filter, Func<string, bool> hasArch, bool ofTag) =>
        (filter.States.Count == 0 || filter.States.Contains(Enum.Parse<BuildState>(row.State))) && (filter.Target is null || row.Target == filter.Target) && ofTag
        && (filter.Package is null || row.Package.StartsWith(filter.Package, StringComparison.Ordinal)) && (filter.Owner is null || row.Owner == filter.Owner) && (filter.Arch is null || hasArch(filter.Arch))
        && (filter.Kind is null || filter.Kind == (row.Scratch == 1 ? BuildKind.Scratch : row.Draft == 1 ? BuildKind.Draft : BuildKind.Real)) && (filter.Batch is null || row.Batch == filter.Batch)
        && (filter.Since is null || row.SubmittedAt >= filter.Since.Value.ToUnixTimeMilliseconds()) && (filter.Until is null || row.SubmittedAt < filter.Until.Value.ToUnixTimeMilliseconds())
        && (filter.Search ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => row.Nvr.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Of all kinds, some of them where nobody may look, some of those in a tag where everybody may.</summary>
    static async Task Fill(Site site)
    {
        await site.Admin.CreateTag(new NewTag("two", "paper-1", ["x86_64"]), TestContext.Current.CancellationToken);
        await site.Admin.CreateTag(new NewTag("secret", "paper-1", ["x86_64"], Private: true), TestContext.Current.CancellationToken);
        foreach (var name in new[] { "two", "secret" }) await site.Admin.CreateTarget(new NewTarget(name, name, name), TestContext.Current.CancellationToken);
        await site.Part<Database>().Write(tx =>
        {
            tx.Execute("INSERT INTO users (id, name, created_at) VALUES (71, 'ann', 0), (72, 'bob', 0)");
            tx.Execute("INSERT INTO batches (id, kind, title, target_id, priority, owner_id, state, created_at) SELECT 700, 'Chain', 'a', min(id), 20, 71, 'Complete', 0 FROM targets");
            var (random, targets, tags) = (new Random(3), tx.All<long>("SELECT id FROM targets ORDER BY id"), tx.All<long>("SELECT id FROM tags ORDER BY id"));
            for (var n = 0; n < Builds; n++)
            {
                var args = new
                {
                    nvr = $"{Pick(random, "libfoo", "libfoo-tools", "alpha", "a", "Bar")}-{random.Next(3)}-{n}", target = random.Next(8) == 0 ? (long?)null : targets[random.Next(targets.Count)], scratch = random.Next(3) == 0, draft = random.Next(9) == 0,
                    state = ((BuildState)random.Next(3, 6)).ToString(), owner = random.Next(71, 73), batch = random.Next(6) == 0 ? (long?)700 : null, at = n * 1_000_000L, ended = random.Next(7) == 0 ? (long?)null : (n * 1_000_000L) + random.Next(50),
                };
                var build = tx.One<long>("""
                    INSERT INTO builds (nvr, target_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, scratch, draft, state, owner_id, batch_id, submitted_at, ended_at)
                    VALUES (@nvr, @target, @nvr, @nvr, CASE WHEN @target IS NOT NULL THEN 'x' END, 1, @scratch, @draft, @state, @owner, @batch, @at, @ended) RETURNING id
                    """, args);
                if (args.target is not null) tx.Execute("INSERT INTO build_tasks (build_id, kind, arch, state) VALUES (@build, 'buildArch', @arch, 'Failed')", new { build, arch = Pick(random, "x86_64", "aarch64", "noarch") });
                if (random.Next(3) == 0) tx.Execute("INSERT INTO tag_builds (tag_id, build_id, tagged_at, tagged_by) VALUES (@tag, @build, 0, 71)", new { tag = tags[random.Next(tags.Count)], build });
            }
        });
    }

    [Fact]
    public async Task What_has_changed_is_found_as_it_is_now_by_whoever_was_told_of_it()
    {
        await using var site = await Site.Open();
        var ct = TestContext.Current.CancellationToken;
        Assert.Empty((await site.Admin.Builds(new() { States = [BuildState.Waiting] }, ct)).Builds);
        var builder = new PaperBuilder(site.LocalBuilder);
        for (var n = 1; n <= 3; n++)
        {
            var srpm = Papers.Source("hello", n.ToString(System.Globalization.CultureInfo.InvariantCulture), "1", exclusiveArch: "x86_64");
            var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, ct);
            Assert.Equal([build.Id], await Found(BuildState.Waiting));
            var run = await builder.Lease();
            Assert.Equal([build.Id], await Found(BuildState.Building));
            Assert.Empty(await Found(BuildState.Waiting));
            await builder.Report(run.RunId, RunOutcome.Failed, "It does not.");
            Assert.Equal(n, (await Found(BuildState.Failed)).Count);
        }
        var mine = await site.Admin.Builds(new() { Owner = BuildFilter.Me, Arch = "x86_64", Search = "HELLO-2" }, ct);
        Assert.Equal(["hello-2-1"], mine.Builds.Select(build => build.Nvr));
        Assert.Equal(1, mine.Found);

        async Task<IReadOnlyList<long>> Found(BuildState state) => [.. (await site.Admin.Builds(new() { States = [state] }, ct)).Builds.Select(build => build.Id)];
    }

    [Theory]
    [InlineData("state=Nosuch", "There is no state 'Nosuch'")]
    [InlineData("kind=Odd", "There is no kind 'Odd'")]
    [InlineData("sort=3", "There is no order '3'")]
    [InlineData("since=tomorrow", "'tomorrow' is no time")]
    [InlineData("batch=-5", "'-5' is no batch's number")]
    public async Task What_cannot_be_asked_is_refused_with_a_sentence_and_the_page_says_it_too(string query, string sentence)
    {
        await using var site = await Site.Open();

        var answer = await site.Http().GetAsync("api/builds?" + query, TestContext.Current.CancellationToken);
        var page = System.Net.WebUtility.HtmlDecode(await site.Http().GetStringAsync("builds?" + query, TestContext.Current.CancellationToken));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(sentence, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains(sentence, page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_filter_says_in_an_address_is_read_as_it_was_meant()
    {
        var filter = new BuildFilter { States = [BuildState.Failed], Owner = BuildFilter.Me, Search = "a&b=c", Since = new(2026, 11, 1, 0, 0, 0, default), Until = new(2026, 12, 1, 0, 0, 0, default), Kind = BuildKind.Draft, Order = BuildSort.Package, Batch = 7 };
        var parts = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(filter.Query());

        var (read, why) = ReadFilter.Of(new() { State = parts["state"]!, Owner = parts["owner"], Search = parts["q"], Since = parts["since"], Until = parts["until"], Kind = parts["kind"], Sort = parts["sort"], Batch = parts["batch"] });

        Assert.Null(why);
        Assert.Equal("2026-11-30", parts["until"]);
        Assert.Equal(filter.Query(), read.Query());
        Assert.Equal((filter.Since, filter.Until), (read.Since, read.Until));
    }
}
