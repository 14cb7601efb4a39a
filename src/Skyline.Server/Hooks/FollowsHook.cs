using Microsoft.AspNetCore.Components;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Hooks;

/// <summary>A part of a hook's page that follows what comes to it. Its secret, which is shown once, is on the rest of the page.</summary>
public abstract class FollowsHook : LivePage
{
    const int MostDeliveries = 50;

    long? id;

    [Inject] ShowHooks Hooks { get; set; } = null!;

    [Parameter, EditorRequired] public required string Name { get; set; }

    /// <summary>The address that people know this server by.</summary>
    [Parameter, EditorRequired] public required string Server { get; set; }

    [Parameter] public long? Before { get; set; }

    /// <summary>As it is now; null: who looks at it has no such hook (any more).</summary>
    protected HookDetails? Of { get; private set; }

    /// <summary>What came, the newest first.</summary>
    protected HookDeliveryPage Came { get; private set; } = new([], null);

    /// <summary>(What is not there has none of its own: it would be kept for ever.)</summary>
    protected override string Bell => id is { } known ? Bells.Hook(known) : Bells.Deliveries;

    /// <summary>Whether the forge takes what it is told.</summary>
    protected override string? AlsoBell => Bells.Deliveries;

    protected override void Load()
    {
        (id, Of, Came) = (null, null, new([], null));
        if (Viewer is not { } who || !who.IsPerson()) return;
        var whose = HookEndpoints.Whose(who);
        (id, Of) = (Records.Read(db => Hook.Find(db, Name, whose)?.Id), Hooks.Find(Name, whose, Server));
        if (Of is not null) Came = Hooks.Deliveries(Name, whose, Before, MostDeliveries) ?? Came;
    }
}
