using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Skyline.Protocol;
using Skyline.Server.Finding;
using Skyline.Server.Shell;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Finding;

public sealed class FindTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_few_letters_find_builds_packages_and_whatever_has_a_name()
    {
        await using var site = await Site.Open();
        await site.MakeTags("el-base", "el-updates");
        var first = await Submit(site, "elephant", "1.0");
        var second = await Submit(site, "elephant", "2.0");
        await site.Enrol("elbe");
        await site.Person("elsa");

        var found = await site.Admin.Find("el", Ct);

        Assert.Contains(new Found(FoundKind.Package, "elephant", "paper", "/tags/paper/packages/elephant/history"), found);
        Assert.Equal(["el-base", "el-updates"], found.Where(one => one.Kind == FoundKind.Tag).Select(one => one.Name));
        Assert.Equal("/builders/elbe", Assert.Single(found, one => one.Kind == FoundKind.Builder).Address);
        Assert.Equal("elsa", Assert.Single(found, one => one.Kind == FoundKind.Person).Name);
        Assert.Equal([$"/builds/{second}", $"/builds/{first}"], (await site.Admin.Find("elephant", Ct)).Where(one => one.Kind == FoundKind.Build).Select(one => one.Address));
        Assert.Equal([$"/builds/{first}"], (await site.Admin.Find("elephant-1", Ct)).Where(one => one.Kind == FoundKind.Build).Select(one => one.Address));
        Assert.Equal([$"/builds/{second}"], (await site.Admin.Find($"#{second}", Ct)).Where(one => one.Kind == FoundKind.Build).Select(one => one.Address));
        // Who is no administrator is not told who there is.
        Assert.DoesNotContain(await (await site.Person("otto")).Find("els", Ct), one => one.Kind == FoundKind.Person);
    }

    [Fact]
    public async Task Pages_are_found_by_those_who_may_open_them()
    {
        await using var site = await Site.Open();
        var nobody = new SkylineClient(site.Http());

        Assert.Contains(await site.Admin.Find("", Ct), page => page.Address == "/audit");
        Assert.DoesNotContain(await nobody.Find("", Ct), page => page.Address is "/audit" or "/me" or "/chains/plan");
        Assert.Contains(new Found(FoundKind.Page, "Builders", "", "/builders"), await nobody.Find("machines", Ct));
    }

    [Theory]
    [InlineData("'; DROP TABLE builds; --")]
    [InlineData("%_\\\u0000\u202e<script>")]
    [InlineData("99999999999999999999999999")]
    [InlineData("--------------------------------------------------")]
    public async Task What_is_hostile_finds_nothing_and_breaks_nothing(string asked)
    {
        await using var site = await Site.Open();

        Assert.Empty(await site.Admin.Find(asked, Ct));
        Assert.DoesNotContain("<script>", await site.Http().GetStringAsync($"/find?q={Uri.EscapeDataString(asked)}", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_JavaScript_there_is_a_page_of_what_was_found()
    {
        await using var site = await Site.Open();
        await site.MakeTags("elbe");

        var page = await site.Http().GetStringAsync("/find?q=elb", Ct);

        Assert.Contains("<a href=\"/tags/elbe\">elbe</a>", page, StringComparison.Ordinal);
        Assert.Contains("Nothing here is called so", await site.Http().GetStringAsync("/find?q=nosuchthing", Ct), StringComparison.Ordinal);
    }

    /// <summary>A page that is opened from nowhere else but where it belongs to: a form's answer, a link in a mail.</summary>
    static readonly string[] unfound = ["/not-found", "/login", "/login/second-factor", "/device", "/find", "/welcome"];

    [Fact]
    public void Every_page_that_stands_by_itself_is_found_by_its_name_and_no_two_have_one_key()
    {
        var pages = typeof(App).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), false)).Cast<RouteAttribute>().Select(route => route.Template).Where(route => !route.Contains('{', StringComparison.Ordinal)).Except(unfound);

        Assert.Equal(pages.Order(StringComparer.Ordinal), Places.All.Select(place => place.Address).Order(StringComparer.Ordinal));
        Assert.All(Places.All.Where(place => place.Key is not null).GroupBy(place => place.Key), same => Assert.Single(same));
    }

    static async Task<long> Submit(Site site, string name, string version)
    {
        var srpm = Papers.Source(name, version, "1.pp1", exclusiveArch: "x86_64");
        return (await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct)).Id;
    }
}
