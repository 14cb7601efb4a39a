using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Shell;

/// <summary>
/// Where components are rendered one by one, with what every component is given. What a test puts into <see cref="BunitContext.Services"/> goes before
/// it, and what neither has is the running server's, where the test has one.
/// </summary>
public sealed class PageContext : BunitContext
{
    readonly Site? site;

    /// <summary>The real clock, and as much later as the test says: what is relative is looked at later without waiting.</summary>
    public LaterTime Time { get; } = new();

    /// <param name="site">The running server whose features pages ask; null: the component asks none.</param>
    public PageContext(Site? site = null)
    {
        this.site = site;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<AntiforgeryStateProvider, NoToken>();
        Services.AddMudServices();
        var settings = new SkylineSettings { Data = Path.Combine(Path.GetTempPath(), "no-such-folder") };
        Services.AddSingleton(site?.Part<Languages>() ?? new(settings)).AddSingleton(site?.Part<InstanceName>() ?? new(settings)).AddScoped<Words>();
        if (site is not null) Services.AddFallbackServiceProvider(new Parts(site));
        // A page of a running server waits for that server's bells, by its clock.
        if (site is null) Services.AddSingleton<TimeProvider>(Time).AddSingleton(new Bells(Time));
        else Services.AddSingleton(site.Part<TimeProvider>()).AddSingleton(site.Part<Bells>());
    }

    public Bells Bells => Services.GetRequiredService<Bells>();

    /// <summary>A page, or a part of one, as somebody has it open who is signed in and connected.</summary>
    public IRenderedComponent<T> Shown<T>(string person, Action<ComponentParameterCollectionBuilder<T>>? with = null) where T : IComponent => Render<T>(all =>
    {
        with?.Invoke(all);
        all.AddCascadingValue(Task.FromResult(new AuthenticationState(site!.Part<KnownCallers>().FindNamed(person)!)));
    });

    /// <summary>Forms are looked at here, and sent by other tests.</summary>
    sealed class NoToken : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }

    /// <summary>The server's, and nothing of the framework's own that a browser would be behind.</summary>
    sealed class Parts(Site site) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType.Assembly == typeof(Skyline.Server.Shell.App).Assembly ? site.Find(serviceType) : null;
    }
}
