using Microsoft.AspNetCore.Components;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>A part of a webhook's page that follows what becomes of what it is sent. Its secret, which is shown once, and the form that changes it are no such part.</summary>
public abstract class FollowsWebhook : LivePage
{
    [Parameter, EditorRequired] public long Id { get; set; }

    /// <summary>As it is now; null: who looks at it has no such webhook (any more).</summary>
    protected WebhookDetails? Of { get; private set; }

    protected override string Bell => Bells.Deliveries;

    /// <summary>Its owner changed it.</summary>
    protected override string? AlsoBell => Bells.Happenings;

    protected override void Load() => Of = Viewer?.IsPerson() == true ? Records.Read(db => WebhookRow.Find(db, Id, Viewer.PersonId())?.OnTheWire(db, Time.Stamp())) : null;
}
