using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Tags;

/// <summary>Parts of tags' pages by themselves.</summary>
public sealed class TagPartTests : IDisposable
{
    readonly BunitContext context = new();

    public TagPartTests() => context.Services.AddSingleton(new SkylineSettings()).AddSingleton<Languages>().AddSingleton<Words>().AddSingleton<InstanceName>().AddSingleton(TimeProvider.System);

    public void Dispose() => context.Dispose();

    static readonly Dictionary<string, string> entered = new() { ["name"] = "<b>mine" };

    [Fact]
    public void What_became_of_a_form_stands_beside_it_and_beside_no_other()
    {
        IRenderedComponent<Answered> Shown(FormTold? told, string form) => context.Render<Answered>(parts => parts.Add(part => part.What, told).Add(part => part.Form, form));
        var refused = new FormTold("link", new Refusal(409, "It <would> inherit from itself."), [], entered);

        Assert.Equal("It <would> inherit from itself.", Shown(refused, "link").Find("[role=alert]").TextContent);
        Assert.Empty(Shown(refused, "settings").Markup.Trim());
        Assert.Empty(Shown(null, "link").Markup.Trim());
        Assert.Equal(["a: locked", "a: described anew"], Shown(new("link", null, ["a: locked", "a: described anew"], entered), "link").FindAll("[role=status] li").Select(line => line.TextContent));
        Assert.Contains("nothing is to be changed", Shown(new("link", null, [], entered), "link").Markup);
        Assert.Equal(21, Shown(new("link", null, [.. Enumerable.Range(0, 30).Select(at => $"{at}")], entered), "link").FindAll("li").Count);
    }

    [Fact]
    public void A_field_keeps_what_was_refused_and_shows_what_is_so_where_it_was_done()
    {
        Assert.Equal("<b>mine", FormTold.Field(new("link", new(400, "no"), [], entered), "link", "name", "now"));
        Assert.Equal("<b>mine", FormTold.Field(new("link", null, [], entered, Look: new object()), "link", "name", "now"));
        Assert.Equal("now", FormTold.Field(new("link", null, ["done"], entered), "link", "name", "now"));
        Assert.Equal("now", FormTold.Field(new("other", new(400, "no"), [], entered), "link", "name", "now"));
        Assert.Equal("now", FormTold.Field(null, "link", "name", "now"));
    }

    [Fact]
    public void A_tag_is_chosen_from_a_list_and_where_there_are_many_from_proposals()
    {
        IRenderedComponent<TagField> Shown(IReadOnlyList<string> among, string? value) => context.Render<TagField>(parts => parts.Add(part => part.Name, "to").Add(part => part.Label, "Tag").Add(part => part.Among, among).Add(part => part.Value, value));
        var few = Shown(["a", "b"], "b");
        var many = Shown([.. Enumerable.Range(0, 200).Select(at => $"tag-{at}")], "tag-7");

        Assert.Equal("b", few.Find("option[selected]").GetAttribute("value"));
        Assert.Equal("", Shown(["a"], null).Find("option").GetAttribute("value"));
        Assert.Equal(("tag-7", "to-names", 200), (many.Find("input").GetAttribute("value"), many.Find("input").GetAttribute("list"), many.FindAll("datalist option").Count));
    }

    [Fact]
    public void A_tree_of_tags_says_how_deep_each_stands_whose_it_is_and_what_it_inherits_besides()
    {
        ListedTag Tag(string name, string? owner = null) => new() { Id = 1, Name = name, Chroot = "paper-1", Description = "<i>", Owner = owner, Locked = owner is null, Builds = 3 };
        var tree = context.Render<TagTree>(parts => parts.Add(part => part.Branches, [new(Tag("base"), 0, []), new(Tag("ann/tools", "ann"), 1, ["other"])]));

        Assert.Equal(["--depth: 0", "--depth: 1"], tree.FindAll("th.branch").Select(row => row.GetAttribute("style")));
        Assert.Equal("/tags/ann~tools", tree.FindAll("th.branch a")[1].GetAttribute("href"));
        Assert.Contains("also from other", tree.Markup);
        Assert.Single(tree.FindAll(".state"));
        Assert.Equal(["nobody's own", "ann"], tree.FindAll("tbody tr td:nth-child(2)").Select(cell => cell.TextContent));
        Assert.DoesNotContain("<i>", tree.Markup);
    }

    [Fact]
    public void What_would_change_for_whom_installs_is_a_table_for_each_tag()
    {
        PackageChange[] changes = [new("x86_64", PackageChangeKind.Downgraded, "hello", "hello-2-1.x86_64", "hello-1-1.x86_64")];
        var shown = context.Render<WhatChanges>(parts => parts.Add(part => part.What, new TagChanged(true, [], [new("paper", changes, 5)], [])));

        Assert.Equal(["hello", "x86_64", "downgraded", "hello-2-1.x86_64", "hello-1-1.x86_64"], shown.FindAll("tbody td").Select(cell => cell.TextContent));
        Assert.Equal("paper, the first 1 changes", shown.Find("caption").TextContent);
        Assert.Contains("every repository holds what it held", context.Render<WhatChanges>(parts => parts.Add(part => part.What, new TagChanged(true, [], [], []))).Markup);
        Assert.Empty(context.Render<WhatChanges>(parts => parts.Add(part => part.What, (TagChanged?)null)).Markup.Trim());
    }
}
