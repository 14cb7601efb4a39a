using Microsoft.AspNetCore.Components;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <summary>A part of an approval's page that follows what others decide. The rest of the page stays what somebody reads: they agree to what they saw.</summary>
public abstract class FollowsApproval : LivePage
{
    [Inject] ShowApprovals Approvals { get; set; } = null!;

    [Parameter, EditorRequired] public long Id { get; set; }

    /// <summary>As it is now, for who looks at it; null: there is none that they may see.</summary>
    protected ApprovalDetails? Of { get; private set; }

    protected override string Bell => Bells.Approvals;

    protected override void Load() => Of = Approvals.Details(Id, Viewer?.Identity as CallerIdentity);
}
