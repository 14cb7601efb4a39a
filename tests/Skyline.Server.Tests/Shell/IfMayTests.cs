using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Tests.Shell;

/// <summary>What a page has for who may do something, and for others.</summary>
public sealed class IfMayTests
{
    [Fact]
    public void Who_has_no_right_and_who_has_not_signed_in_see_the_other_thing()
    {
        using var context = Context();

        Assert.Equal("ask an administrator", Shown(context, Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity())))));
        Assert.Equal("ask an administrator", Shown(context, null));
    }

    [Fact]
    public async Task Whoever_has_the_right_sees_the_thing_itself()
    {
        await using var site = await Site.Open();
        var admin = site.Part<KnownCallers>().Find(site.AdminToken)!;
        using var context = Context();

        Assert.Equal("button", Shown(context, Task.FromResult(new AuthenticationState(admin))));
    }

    static BunitContext Context()
    {
        var context = new BunitContext();
        context.Services.AddSingleton(new Words(new Languages(new SkylineSettings())));
        return context;
    }

    static string Shown(BunitContext context, Task<AuthenticationState>? caller) => context.Render<IfMay>(parameters =>
    {
        parameters.Add(one => one.Do, Right.Administer).AddChildContent("button").Add(one => one.Otherwise, "ask an administrator");
        if (caller is not null) parameters.AddCascadingValue(caller);
    }).Markup;
}
