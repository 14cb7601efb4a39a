using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Shell;

/// <summary>What pages are made of, one by one.</summary>
public sealed class PartsTests
{
    /// <summary>Shows a number that the test changes, and counts how often it looked.</summary>
    sealed class Watched : LivePage
    {
        public static readonly string Rings = "a test's bell";
        readonly int[] state = [0, 0];

        public int Looks => Volatile.Read(ref state[0]);

        public void Change(int to) => Volatile.Write(ref state[1], to);

        protected override string Bell => Rings;

        protected override void Load() => Interlocked.Increment(ref state[0]);

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, $"number {Volatile.Read(ref state[1])}.");
    }

    [Fact]
    public async Task A_live_page_looks_again_when_its_bell_rings_once_for_a_burst_and_no_more_when_it_is_gone()
    {
        // (A live page asks the server whether who looks is still let in.)
        await using var site = await Site.Open();
        await using var context = new PageContext(site);
        var page = context.Render<Watched>();
        page.WaitForAssertion(() => Assert.True(page.Instance.Looks >= 2));
        var before = page.Instance.Looks;

        for (var at = 1; at <= 200; at++)
        {
            page.Instance.Change(at);
            context.Bells.Ring(Watched.Rings);
        }

        page.WaitForAssertion(() => Assert.Contains("number 200.", page.Markup), TimeSpan.FromSeconds(10));
        Assert.InRange(page.Instance.Looks - before, 1, 10);
        await page.Instance.DisposeAsync();
        var gone = page.Instance.Looks;
        context.Bells.Ring(Watched.Rings);
        Assert.Equal(gone, page.Instance.Looks);
    }

    [Fact]
    public void What_has_no_way_back_is_asked_for_in_words_before_it_is_posted()
    {
        using var context = new PageContext();
        context.Services.AddSingleton<AntiforgeryStateProvider, NoToken>();
        var ask = context.Render<Ask>(parameters => parameters.Add(part => part.Id, "ask-revoke-7").Add(part => part.Label, "Revoke…").Add(part => part.About, "Revoke… nightly").Add(part => part.Title, "Revoke the token nightly?")
            .Add(part => part.Do, "Revoke it").Add(part => part.Action, "/me/tokens/7/revoke").Add(part => part.Name, "act").Add(part => part.Value, "revoke").AddChildContent("<p>It is refused from then on.</p>"));

        var (opens, question) = (ask.Find("button[popovertarget]"), ask.Find("#ask-revoke-7"));
        Assert.Equal(("button", "ask-revoke-7", "Revoke… nightly", "Revoke…"), (opens.GetAttribute("type"), opens.GetAttribute("popovertarget"), opens.GetAttribute("aria-label"), opens.TextContent));
        Assert.Equal((true, "dialog", "Revoke the token nightly?"), (question.HasAttribute("popover"), question.GetAttribute("role"), question.QuerySelector($"#{question.GetAttribute("aria-labelledby")}")!.TextContent));
        var (form, does) = (question.QuerySelector("form")!, question.QuerySelector("button[type=submit]")!);
        Assert.Equal(("post", "/me/tokens/7/revoke", "act", "revoke", "Revoke it"), (form.GetAttribute("method"), form.GetAttribute("action"), does.GetAttribute("name"), does.GetAttribute("value"), does.TextContent));
        Assert.Contains("It is refused from then on.", form.TextContent);
        Assert.Equal("hide", question.QuerySelector("button[type=button]")!.GetAttribute("popovertargetaction"));
    }

    [Fact]
    public void A_sentence_that_was_made_elsewhere_is_said_with_the_sentences_in_it()
    {
        using var context = new PageContext();
        var words = context.Services.GetRequiredService<Words>();
        words.Speak(Languages.Pseudo);
        FormattableString where = $" in channel '{"heavy"}'", nothing = $"", said = $"No builder for {"x86_64"}{where} is at work since {new DateOnly(2026, 11, 3):yyyy-MM-dd}.{nothing}";

        Assert.Equal("⟦No builder for x86_64⟦ in channel 'heavy'⟧ is at work since 2026-11-03.⟧", words.Say(said));
        Assert.Equal("No builder for x86_64 in channel 'heavy' is at work since 2026-11-03.", said.English());
    }

    sealed class NoToken : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }

    [Fact]
    public void A_time_is_relative_in_words_and_exact_on_hover()
    {
        using var context = new PageContext();
        var at = context.Time.GetUtcNow();
        var when = context.Render<When>(parameters => parameters.Add(part => part.At, at));
        Assert.Equal("just now", when.Find("time").TextContent);

        context.Time.Pass(TimeSpan.FromHours(3));
        when.Render(parameters => parameters.Add(part => part.At, at));

        Assert.Equal("3 hours ago", when.Find("time").TextContent);
        Assert.Equal($"{at:yyyy-MM-dd HH:mm:ss} UTC", when.Find("time").GetAttribute("title"));
        Assert.Equal(at, DateTimeOffset.Parse(when.Find("time").GetAttribute("datetime")!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(context.Render<When>(parameters => parameters.Add(part => part.At, null)).Markup.Trim());
    }

    [Theory]
    [InlineData("Complete", "is-good")]
    [InlineData("Failed", "is-bad")]
    [InlineData("Building", "is-busy")]
    [InlineData("Waiting", "is-waiting")]
    public void A_state_is_a_word_with_a_sign_never_a_colour_alone(string state, string kind)
    {
        using var context = new PageContext();

        var badge = context.Render<StateBadge>(parameters => parameters.Add(part => part.State, state)).Find(".state");

        Assert.Equal(state.ToLowerInvariant(), badge.TextContent.Trim());
        Assert.Contains(kind, badge.ClassList);
        Assert.Equal("true", badge.QuerySelector("svg")!.GetAttribute("aria-hidden"));
    }

    [Fact]
    public void Views_are_links_in_the_address_and_the_first_is_the_page_itself()
    {
        using var context = new PageContext();

        var views = context.Render<Views>(parameters => parameters.Add(part => part.Label, "Parts").Add(part => part.Page, "/builds/7").Add(part => part.Now, "files")
            .Add(part => part.Of, [("all", "All", null), ("files", "Files", 12L)]));

        Assert.Equal(["/builds/7", "/builds/7?show=files"], views.FindAll("a").Select(link => link.GetAttribute("href")));
        Assert.Equal("Files12", views.Find("[aria-current=page]").TextContent.Trim());
        Assert.Equal("Parts", views.Find("nav").GetAttribute("aria-label"));
    }

    [Fact]
    public void Views_that_are_used_less_stand_under_more_unless_they_are_what_is_shown()
    {
        using var context = new PageContext();

        var views = context.Render<Views>(parameters => parameters.Add(part => part.Label, "Parts").Add(part => part.Page, "/tags/a").Add(part => part.Now, "groups")
            .Add(part => part.Of, [("all", "All", null), ("groups", "Groups", null), ("modules", "Modules", null)]).Add(part => part.Folded, ["groups", "modules"]));

        Assert.Equal(["All", "Groups"], views.FindAll("nav > a").Select(link => link.TextContent));
        Assert.Equal(["Modules"], views.FindAll("details a").Select(link => link.TextContent));
    }

    [Fact]
    public void What_is_empty_says_so_and_what_to_do()
    {
        using var context = new PageContext();

        var empty = context.Render<Empty>(parameters => parameters.Add(part => part.Title, "Nothing yet.").AddChildContent("<p>Begin one.</p>"));

        Assert.Equal("Nothing yet.", empty.Find("strong").TextContent);
        Assert.Contains("Begin one.", empty.Markup);
    }

    [Fact]
    public void A_charts_numbers_are_in_a_table_behind_it()
    {
        using var context = new PageContext();

        var chart = context.Render<Chart>(parameters => parameters.Add(part => part.Title, "Builds a day").Add(part => part.Across, "Day").Add(part => part.Labels, ["Mon", "Tue"])
            .Add(part => part.Series, [new ChartLine("complete", [3, 5.5], "good"), new ChartLine("failed", [1], "bad")]));

        Assert.Equal(["Day", "complete", "failed"], chart.FindAll("thead th").Select(cell => cell.TextContent));
        Assert.Equal(["Mon 3 1", "Tue 5.5 "], chart.FindAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent))));
        Assert.Equal("true", chart.Find(".picture").GetAttribute("aria-hidden"));
    }

    [Fact]
    public void What_is_marked_up_stands_in_the_sentence_where_the_language_has_it()
    {
        using var context = new PageContext();

        var said = context.Render<Say>(parameters => parameters.Add(part => part.Text, "{1} sent {0}, {2}").Add(part => part.A, "<b>hello</b>").Add(part => part.B, "<i>ann</i>"));

        Assert.Equal("<i>ann</i> sent <b>hello</b>, ", System.Text.RegularExpressions.Regex.Replace(said.Markup.ReplaceLineEndings(" "), " +", " ").TrimStart().Replace(" ,", ",", StringComparison.Ordinal));
    }
}
