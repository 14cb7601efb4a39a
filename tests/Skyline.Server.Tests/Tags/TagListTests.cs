using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Tags;

/// <summary>Lists and pictures of tags and of their repositories.</summary>
public sealed class TagListTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static ListedTag Tag(long id, string name) => new() { Id = id, Name = name, Chroot = "paper-1", Description = "" };

    [Fact]
    public void Tags_stand_below_what_they_inherit_from_first_each_once()
    {
        ListedTag[] tags = [Tag(1, "base"), Tag(2, "left"), Tag(3, "right"), Tag(4, "top"), Tag(5, "lone")];
        Inheritance.Link[] links = [new(2, 1), new(3, 1), new(4, 2), new(4, 3), new(4, 99)];

        var forest = Forest.Of(tags, links);

        Assert.Equal(["base 0, left 1, top 2 (right), right 1", "lone 0"], forest.Select(tree => string.Join(", ", tree.Select(one => $"{one.Tag.Name} {one.Depth}{(one.Others.Count > 0 ? $" ({string.Join(' ', one.Others)})" : "")}"))));
    }

    [Fact]
    public void Of_a_circle_no_tag_is_lost() =>
        Assert.Equal(["a", "b"], Forest.Of([Tag(1, "a"), Tag(2, "b")], [new(1, 2), new(2, 1)]).SelectMany(tree => tree).Select(branch => branch.Tag.Name));

    [Theory]
    [InlineData("https://build.example.org", "dnf copr enable build.example.org/skyline/ann~tools")]
    [InlineData("http://build.example.org:8420", "dnf copr enable skyline/skyline/ann~tools")]
    public void The_lines_to_copy_name_the_server_as_each_client_takes_it(string address, string copr)
    {
        var lines = InstallLines.Of("ann/tools", address, asks: false);

        Assert.EndsWith(copr, lines.Copr);
        Assert.StartsWith($"curl -o /etc/yum.repos.d/skyline-ann~tools.repo {address}/repos/ann~tools/ann~tools.repo\n", lines.Dnf);
        Assert.Contains("/etc/zypp/repos.d/", lines.Zypper);
        Assert.StartsWith("RUN curl --fail", lines.Docker);
    }

    [Fact]
    public void A_private_repositorys_lines_bring_a_token_and_no_copr_line()
    {
        var lines = InstallLines.Of("umbra", "https://build.example.org", asks: true);

        Assert.Null(lines.Copr);
        Assert.Contains("--with-token", lines.Dnf);
        Assert.Contains("password=TOKEN", lines.Zypper);
        Assert.Contains("--mount=type=secret", lines.Docker);
    }

    [Fact]
    public async Task The_list_finds_by_words_and_kind_and_the_picture_shows_who_inherits_from_whom()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base");
        await site.Inherit("paper", "base");
        var ann = await site.Person("ann");
        await ann.CreateTag(new NewTag("ann/tools", Base: "paper", Description: "Sharp things"), Ct);
        await ann.CreateSideTag(new(Target: "paper"), Ct);

        async Task<string> Page(string path) => System.Net.WebUtility.HtmlDecode(await site.Http().GetStringAsync(path, Ct));
        var (all, found, side, picture) = (await Page("tags"), await Page("tags?q=sharp"), await Page("tags?kind=side"), await Page("tags?show=picture"));

        Assert.True(all.IndexOf("/tags/base\"", StringComparison.Ordinal) < all.IndexOf("/tags/paper\"", StringComparison.Ordinal), "A base stands before what inherits from it.");
        Assert.Contains("href=\"/side-tags/paper-side-1\"", all);
        Assert.Contains("href=\"/tags/ann~tools\"", found);
        Assert.DoesNotContain("/tags/base\"", found);
        Assert.Contains("paper-side-1", side);
        Assert.DoesNotContain("ann/tools", side);
        Assert.Contains("inherits from base (1)", picture);
        Assert.Contains("No tag is like that", await Page("tags?q=nothing"));
        Assert.Contains("inherits from paper", await Page("tags/ann~tools"));
    }

    [Fact]
    public async Task The_page_of_repositories_tells_how_large_and_how_old_each_is_and_what_signs_it()
    {
        await using var site = await Site.Open();
        await site.MakeTags("other");
        await site.Import("hello", "1", "paper");
        var hash = await site.UpToDate("paper");

        var page = await site.Http().GetStringAsync("repositories", Ct);

        Assert.Contains($"/tags/paper/snapshots/{hash}", page);
        Assert.Contains($"/keys#k-{site.Part<Skyline.Server.Signing.SigningKeys>().FingerprintOf("paper")}", page);
        Assert.Contains("KiB", page);
        Assert.Contains("/tags/other?show=install", page);
        Assert.DoesNotContain("/tags/other\"", await site.Http().GetStringAsync("repositories?q=pap", Ct));
    }

    [Fact]
    public async Task Snapshots_are_compared_by_day_too()
    {
        await using var site = await Site.Open();
        await site.Import("hello", "1", "paper");
        await site.UpToDate("paper");

        var today = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("hello", Assert.Single((await site.Admin.Diff("paper", null, today, null, Ct)).Changes, change => change.Repo == "x86_64").Name);
        Assert.Contains("No snapshot of tag 'paper' is as old as 1999-01-01", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Diff("paper", "1999-01-01", null, null, Ct))).Message);
    }
}
